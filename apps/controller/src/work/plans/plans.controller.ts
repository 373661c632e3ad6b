import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  computePlanSchema,
  plansQuerySchema,
  planSnapshotSchema,
  reasonBodySchema,
  runIdSchema,
  type ComputePlan,
  type PlanSnapshot,
} from '@ironwheel/contracts';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { BodyLimit, CurrentActor, Roles, type Actor } from '../../platform/index.ts';
import { dryRunQuerySchema } from '../jobs/index.ts';
import { DelegatePlan } from './delegate-plan.ts';
import { PlansService } from './plans.service.ts';

const planBodyBytes = 16 * 1024 * 1024;

/** Aborts when the caller hangs up: a plan that nobody waits for is not made. */
function toGoneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort(new Error('the caller hung up')));
  return controller.signal;
}

@ApiTags('plans')
@Controller('api')
export class PlansController {
  constructor(
    private readonly plans: PlansService,
    private readonly delegate: DelegatePlan,
  ) {}

  @Get('plan')
  @Roles('viewer', 'worker')
  latest() {
    return this.plans.getLatest();
  }

  @Post('plan')
  @Roles('operator', 'worker')
  @HttpCode(201)
  @BodyLimit(planBodyBytes)
  save(@Body({ schema: planSnapshotSchema }) body: PlanSnapshot, @CurrentActor() actor: Actor) {
    return this.plans.save(body, actor);
  }

  @Post('plan/compute')
  @Roles('operator', 'worker')
  @HttpCode(201)
  @BodyLimit(planBodyBytes)
  compute(
    @Body({ schema: computePlanSchema }) body: ComputePlan,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.delegate.compute(body, actor, toGoneSignal(reply));
  }

  @Get('plans')
  @Roles('viewer')
  list(@Query({ schema: plansQuerySchema }) query: z.output<typeof plansQuerySchema>) {
    return this.plans.list(query);
  }

  @Get('plans/:run_id')
  @Roles('viewer', 'worker')
  get(@Param('run_id', { schema: runIdSchema }) runId: string) {
    return this.plans.get(runId);
  }

  @Get('plans/:run_id/progress')
  @Roles('viewer')
  progress(@Param('run_id', { schema: runIdSchema }) runId: string) {
    return this.plans.progress(runId);
  }

  @Post('plans/:run_id/enqueue')
  @Roles('operator')
  @HttpCode(200)
  enqueue(
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Param('run_id', { schema: runIdSchema }) runId: string,
  ) {
    return this.plans.enqueue(runId);
  }

  @Post('plans/:run_id/cancel')
  @Roles('operator')
  @HttpCode(200)
  cancel(
    @Param('run_id', { schema: runIdSchema }) runId: string,
    @Query({ schema: dryRunQuerySchema }) query: z.output<typeof dryRunQuerySchema>,
    @Body({ schema: reasonBodySchema }) body: z.output<typeof reasonBodySchema>,
  ) {
    return this.plans.cancel(runId, body.reason, query.dry_run);
  }
}
