import { Readable } from 'node:stream';
import { streamQuerySchema } from '@ironwheel/contracts';
import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { CurrentActor, Roles, watchReader, type Actor } from '../../platform/index.ts';
import { OpenStream } from './open-stream.ts';

@ApiTags('operations')
@Controller('api/stream')
export class LiveController {
  constructor(private readonly streams: OpenStream) {}

  /** Server-sent events: what happens from now on, or behind `Last-Event-ID`. */
  @Get()
  @Roles('viewer')
  async stream(
    @Query({ schema: streamQuerySchema }) query: z.output<typeof streamQuerySchema>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const cut = (): void => void reply.raw.destroy();
    const gone = watchReader(reply);
    const stream = await this.streams.open({ request, actor, lastEventId, topics: query.topics, gone, cut });
    gone.addEventListener('abort', () => stream.close());
    void reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(stream.texts));
  }
}
