import { idSchema, resultSchema, type AttemptView } from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AppError, AttemptToken, NotAudited, Roles } from '../../platform/index.ts';
import { JobsRepository, JobsService, JobViews } from '../jobs/index.ts';
import { toAttemptView } from './attempt.view.ts';
import { AttemptsRepository } from './attempts.repository.ts';
import { ReportResult, type ResultAnswer } from './report-result.ts';

const attemptId = { schema: idSchema('attempt') };

@ApiTags('attempts')
@Controller('api')
export class AttemptsController {
  constructor(
    private readonly attempts: AttemptsRepository,
    private readonly jobs: JobsService,
    private readonly jobsRepository: JobsRepository,
    private readonly views: JobViews,
    private readonly results: ReportResult,
  ) {}

  @Get('attempts/:id')
  @Roles('viewer')
  async get(@Param('id', attemptId) id: string): Promise<AttemptView> {
    const row = await this.attempts.find(id);
    if (row === null) throw new AppError('ATTEMPT_NOT_FOUND', `There is no attempt ${id}.`);
    return toAttemptView(row);
  }

  /** A job with its attempts and its edges. */
  @Get('jobs/:id')
  @Roles('viewer')
  async getJob(@Param('id', { schema: idSchema('job') }) id: string) {
    const job = await this.jobs.get(id);
    const [view, attempts, edges] = await Promise.all([
      this.views.toView(job),
      this.attempts.listByJob(id),
      this.jobsRepository.edges(id),
    ]);
    return {
      ...view,
      attempts: attempts.map(toAttemptView),
      needs: edges.needs,
      needed_by: edges.neededBy,
    };
  }

  @Post('attempts/:id/result')
  @HttpCode(200)
  @AttemptToken()
  @NotAudited()
  report(
    @Param('id', attemptId) id: string,
    @Body({ schema: resultSchema }) body: z.output<typeof resultSchema>,
  ): Promise<ResultAnswer> {
    return this.results.report(id, body);
  }
}
