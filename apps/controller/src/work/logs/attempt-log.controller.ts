import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  idSchema,
  logErrorsQuerySchema,
  logFindQuerySchema,
  logLinesQuerySchema,
  type LogHits,
  type LogLines,
} from '@ironwheel/contracts';
import type { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { AttemptLog } from './attempt-log.ts';

const attemptId = { schema: idSchema('attempt') };

@ApiTags('logs')
@Controller('api/attempts/:id/log')
export class AttemptLogController {
  constructor(private readonly log: AttemptLog) {}

  @Get('lines')
  @Roles('viewer')
  lines(
    @Param('id', attemptId) id: string,
    @Query({ schema: logLinesQuerySchema }) query: z.output<typeof logLinesQuerySchema>,
  ): Promise<LogLines> {
    return this.log.readLines(id, query);
  }

  @Get('search')
  @Roles('viewer')
  search(
    @Param('id', attemptId) id: string,
    @Query({ schema: logFindQuerySchema }) query: z.output<typeof logFindQuerySchema>,
  ): Promise<LogHits> {
    return this.log.findText(id, query.q, query.limit);
  }

  @Get('errors')
  @Roles('viewer')
  errors(
    @Param('id', attemptId) id: string,
    @Query({ schema: logErrorsQuerySchema }) query: z.output<typeof logErrorsQuerySchema>,
  ): Promise<LogHits> {
    return this.log.findErrors(id, query.limit);
  }
}
