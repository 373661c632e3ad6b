import { retentionRunQuerySchema, type RetentionRunView, type RetentionView } from '@ironwheel/contracts';
import { Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { CurrentActor, Roles, setAuditDetail, type Actor } from '../../platform/index.ts';
import { RetentionService } from './retention.service.ts';

@ApiTags('retention')
@Controller('api/retention')
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  @Get()
  @Roles('viewer')
  view(): Promise<RetentionView> {
    return this.retention.view();
  }

  @Post('run')
  @HttpCode(200)
  @Roles('admin')
  async run(
    @Query({ schema: retentionRunQuerySchema }) query: z.output<typeof retentionRunQuerySchema>,
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<RetentionRunView> {
    const run = query.dry_run ? await this.retention.preview(actor) : await this.retention.run(actor);
    setAuditDetail(request, {
      subject: run.run_id ?? 'dry run',
      detail: { dry_run: run.dry_run, removed: run.removed, error: run.error },
    });
    return run;
  }
}
