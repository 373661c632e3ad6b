import { traceQuerySchema, type DecisionTraceView } from '@ironwheel/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { TraceDecisions } from './trace-decisions.ts';

@ApiTags('decisions')
@Controller('api/decisions')
export class DecisionsController {
  constructor(private readonly traces: TraceDecisions) {}

  /** How decisions came about: of one attempt, or of a job, newest first. */
  @Get('trace')
  @Roles('viewer')
  async trace(
    @Query({ schema: traceQuerySchema }) query: z.output<typeof traceQuerySchema>,
  ): Promise<{ items: DecisionTraceView[] }> {
    return { items: await this.traces.trace(query) };
  }
}
