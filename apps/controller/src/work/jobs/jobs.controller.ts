import {
  idSchema,
  jobsQuerySchema,
  priorityBodySchema,
  reasonBodySchema,
  type CancelImpact,
  type JobView,
} from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { dryRunQuerySchema } from './dry-run.ts';
import { JobViews } from './job-views.ts';
import { JobsService } from './jobs.service.ts';

const jobId = { schema: idSchema('job') };

@ApiTags('jobs')
@Controller('api/jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly views: JobViews,
  ) {}

  @Get()
  @Roles('viewer')
  async list(
    @Query({ schema: jobsQuerySchema }) query: z.output<typeof jobsQuerySchema>,
  ): Promise<{ items: JobView[] }> {
    return { items: await this.views.toViews(await this.jobs.list(query)) };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Roles('operator')
  cancel(
    @Param('id', jobId) id: string,
    @Query({ schema: dryRunQuerySchema }) query: z.output<typeof dryRunQuerySchema>,
    @Body({ schema: reasonBodySchema }) body: z.output<typeof reasonBodySchema>,
  ): Promise<CancelImpact> {
    return this.jobs.cancel(id, body.reason ?? null, query.dry_run);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Roles('operator')
  async retry(
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Param('id', jobId) id: string,
  ): Promise<JobView> {
    return this.views.toView(await this.jobs.retry(id));
  }

  @Post(':id/priority')
  @HttpCode(200)
  @Roles('operator')
  async priority(
    @Param('id', jobId) id: string,
    @Body({ schema: priorityBodySchema }) body: z.output<typeof priorityBodySchema>,
  ): Promise<JobView> {
    return this.views.toView(await this.jobs.setPriority(id, body.priority));
  }
}
