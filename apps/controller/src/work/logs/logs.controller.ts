import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  attemptLogQuerySchema,
  idSchema,
  logChunksSchema,
  logEntrySchema,
  logLimits,
  logQuerySchema,
  logSearchQuerySchema,
  logStreamQuerySchema,
  projectNameSchema,
  versionTextSchema,
} from '@ironwheel/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  AttemptToken,
  BodyLimit,
  CredentialWatch,
  CurrentActor,
  NotAudited,
  Roles,
  watchReader,
  type Actor,
} from '../../platform/index.ts';
import { AppendLog } from './append-log.ts';
import { LogsService } from './logs.service.ts';
import type { LogSource } from './log-source.ts';
import { findResumeOffset, prefersText, sendEvents, sendText } from './send-log.ts';
import { SearchLogs } from './search-logs.ts';

/** A control character takes six bytes in JSON; the rest is for the other fields. */
const chunksBodyBytes = 4 * logLimits.maxChunkBytes + 64 * 1024;
const entryBodyBytes = 20 * 1024 * 1024;
const attemptIdSchema = idSchema('attempt');

@ApiTags('logs')
@Controller('api')
export class LogsController {
  constructor(
    private readonly logs: LogsService,
    private readonly append: AppendLog,
    private readonly searchLogs: SearchLogs,
    private readonly credentials: CredentialWatch,
  ) {}

  @Post('attempts/:id/log-chunks')
  @AttemptToken()
  @NotAudited()
  @HttpCode(200)
  @BodyLimit(chunksBodyBytes)
  appendChunks(
    @Param('id', { schema: attemptIdSchema }) id: string,
    @CurrentActor() actor: Actor,
    @Body({ schema: logChunksSchema }) body: z.output<typeof logChunksSchema>,
  ) {
    return this.append.append(id, actor.fencing, body);
  }

  @Get('logs/search')
  @Roles('viewer')
  search(@Query({ schema: logSearchQuerySchema }) query: z.output<typeof logSearchQuerySchema>) {
    return this.searchLogs.search(query.q, query.limit);
  }

  @Post('logs')
  @Roles('operator', 'worker')
  @HttpCode(201)
  @BodyLimit(entryBodyBytes)
  post(@Body({ schema: logEntrySchema }) body: z.output<typeof logEntrySchema>) {
    return this.logs.post(body);
  }

  @Get('logs/stream/:name/:version')
  @Roles('viewer')
  async stream(
    @Param('name', { schema: projectNameSchema }) name: string,
    @Param('version', { schema: versionTextSchema }) version: string,
    @Query({ schema: logStreamQuerySchema }) query: z.output<typeof logStreamQuerySchema>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const source = await this.logs.getByVersion(name, version, query.attempt_id);
    this.#follow(source, findResumeOffset(lastEventId) ?? query.offset, { request, actor, reply });
  }

  @Get('logs/:name/:version')
  @Roles('viewer')
  async read(
    @Param('name', { schema: projectNameSchema }) name: string,
    @Param('version', { schema: versionTextSchema }) version: string,
    @Query({ schema: logQuerySchema }) query: z.output<typeof logQuerySchema>,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const source = await this.logs.getByVersion(name, version, query.attempt_id);
    if (prefersText(accept)) sendText(reply, source, this.logs.text(source, query));
    else void reply.send(await this.logs.view(source, query));
  }

  @Get('attempts/:id/log')
  @Roles('viewer')
  async readAttempt(
    @Param('id', { schema: attemptIdSchema }) id: string,
    @Query({ schema: attemptLogQuerySchema }) query: z.output<typeof attemptLogQuerySchema>,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const source = await this.logs.getByAttempt(id);
    if (query.follow)
      this.#follow(source, findResumeOffset(lastEventId) ?? query.offset, { request, actor, reply });
    else if (prefersText(accept)) sendText(reply, source, this.logs.text(source, query));
    else void reply.send(await this.logs.view(source, query));
  }

  /** Until nothing more comes, the reader has gone, or may no longer read. */
  #follow(
    source: LogSource,
    offset: number,
    { request, actor, reply }: { request: FastifyRequest; actor: Actor; reply: FastifyReply },
  ): void {
    const gone = watchReader(reply);
    const over = AbortSignal.any([gone, this.credentials.watch(request, actor, gone)]);
    sendEvents(reply, this.logs.follow(source, offset, over));
  }
}
