import {
  claimNextSchema,
  idSchema,
  reasonBodySchema,
  renewSchema,
  type Claim,
  type RenewAnswer,
} from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { AppError, CurrentActor, NotAudited, Roles, type Actor } from '../../platform/index.ts';
import { ClaimNextService } from './claim-next.ts';
import { ClaimsSwitch, type ClaimsSwitchState } from './claims-switch.ts';
import { RenewLease } from './renew-lease.ts';

type ClaimAnswer = { claims: Claim[] } | Awaited<ReturnType<ClaimNextService['validate']>> | undefined;

@ApiTags('claims')
@Controller('api')
export class ClaimsController {
  constructor(
    private readonly claims: ClaimNextService,
    private readonly renewals: RenewLease,
    private readonly claimsSwitch: ClaimsSwitch,
  ) {}

  /** 200 with claims, or 204 when there was nothing within `wait_s`. */
  @Post('workers/:id/claim-next')
  @HttpCode(200)
  @Roles('worker')
  @NotAudited()
  async claimNext(
    @Param('id', { schema: idSchema('worker') }) id: string,
    @Body({ schema: claimNextSchema }) body: z.output<typeof claimNextSchema>,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClaimAnswer> {
    checkOwnWorker(actor, id);
    if (body.validate_only) return this.claims.validate(id, body);
    const claims = await this.claims.claim(id, body, goneSignal(reply));
    if (claims.length > 0) return { claims };
    void reply.status(204);
    return undefined;
  }

  @Post('attempts/:id/renew')
  @HttpCode(200)
  @Roles('worker')
  @NotAudited()
  renew(
    @Param('id', { schema: idSchema('attempt') }) id: string,
    @Body({ schema: renewSchema }) body: z.output<typeof renewSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<RenewAnswer> {
    return this.renewals.renew(actor.workerId ?? null, id, body.fencing, body.phase ?? null);
  }

  @Get('claims')
  @Roles('viewer')
  readSwitch(): Promise<ClaimsSwitchState> {
    return this.claimsSwitch.read();
  }

  @Post('claims/pause')
  @HttpCode(200)
  @Roles('operator')
  pause(
    @Body({ schema: reasonBodySchema }) body: z.output<typeof reasonBodySchema>,
    @CurrentActor() actor: Actor,
  ): Promise<ClaimsSwitchState> {
    return this.claimsSwitch.pause(body.reason ?? null, actor.name);
  }

  @Post('claims/resume')
  @HttpCode(200)
  @Roles('operator')
  resume(
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @CurrentActor() actor: Actor,
  ): Promise<ClaimsSwitchState> {
    return this.claimsSwitch.resume(actor.name);
  }
}

/** A worker's key is good for that worker only; a token of role `worker` may act for any (seed 002). */
function checkOwnWorker(actor: Actor, workerId: string): void {
  if (actor.kind === 'worker' && actor.workerId !== workerId) {
    throw new AppError(
      'AUTH_FORBIDDEN',
      `This key belongs to worker ${actor.workerId ?? ''}, not to ${workerId}.`,
    );
  }
}

/** Aborts when the caller hangs up before it is answered, so that nobody is granted work that no one hears of. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    // It closes after every answer, too.
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
