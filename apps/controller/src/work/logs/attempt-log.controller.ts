import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  idSchema,
  logErrorsQuerySchema,
  logFindQuerySchema,
  logLinesQuerySchema,
  logRawQuerySchema,
  type LogHits,
  type LogLines,
} from '@ironwheel/contracts';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Roles, watchReader } from '../../platform/index.ts';
import { AttemptLog } from './attempt-log.ts';
import { LogsService } from './logs.service.ts';
import { sendText } from './send-log.ts';

const attemptId = { schema: idSchema('attempt') };

@ApiTags('logs')
@Controller('api/attempts/:id/log')
export class AttemptLogController {
  constructor(
    private readonly log: AttemptLog,
    private readonly logs: LogsService,
  ) {}

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
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogHits> {
    return this.log.findText(id, query.q, query.limit, watchReader(reply));
  }

  @Get('errors')
  @Roles('viewer')
  errors(
    @Param('id', attemptId) id: string,
    @Query({ schema: logErrorsQuerySchema }) query: z.output<typeof logErrorsQuerySchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogHits> {
    return this.log.findErrors(id, query.limit, watchReader(reply));
  }

  /** The whole log for a browser, which asks for HTML before anything else. Strangers wrote it: it is text, whatever it holds. */
  @Get('raw')
  @Roles('viewer')
  async raw(
    @Param('id', attemptId) id: string,
    @Query({ schema: logRawQuerySchema }) query: z.output<typeof logRawQuerySchema>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const source = await this.logs.getByAttempt(id);
    const place = query.download ? 'attachment' : 'inline';
    void reply
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('content-disposition', `${place}; filename="${source.name}-${source.version}-${id}.log"`);
    sendText(reply, source, this.logs.text(source, { offset: 0 }));
  }
}
