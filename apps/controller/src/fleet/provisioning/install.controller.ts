import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { sha256Schema } from '@ironwheel/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CurrentActor, Public, type Actor } from '../../platform/index.ts';
import { ServeInstall, type InstallAnswer } from './serve-install.ts';

const progressQuery = z.object({ after: z.coerce.number().int().min(0).max(1e10).optional() });
const fileName = { schema: z.string().max(200) };

/** What a host asks for while it is installed. The token in the path is the credential; files hold no secret. */
@ApiExcludeController()
@Controller('install')
@Public()
export class InstallController {
  constructor(private readonly install: ServeInstall) {}

  @Get('files/:sha256/:name')
  async file(
    @Param('sha256', { schema: sha256Schema }) sha256: string,
    @Param('name', fileName) _name: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { body, bytes } = await this.install.file(sha256);
    await reply
      .header('content-type', 'application/octet-stream')
      .header('content-length', bytes)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(body);
  }

  @Get(':token')
  async script(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @CurrentActor() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await answer(reply, await this.install.script(token, request, actor));
  }

  /**
   * `waiting` or `healthy`, then one line for each thing that stands in the worker's way. `after`: only a heartbeat since
   * then counts, in seconds of the controller's clock.
   */
  @Get(':token/progress')
  async progress(
    @Param('token') token: string,
    @Query({ schema: progressQuery }) query: z.output<typeof progressQuery>,
    @CurrentActor() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const after = query.after === undefined ? null : new Date(query.after * 1000);
    await answer(reply, await this.install.progress(token, after, actor));
  }
}

async function answer(reply: FastifyReply, { status, text, retryAfterS }: InstallAnswer): Promise<void> {
  if (retryAfterS !== undefined) void reply.header('retry-after', retryAfterS);
  await reply
    .status(status)
    .header('content-type', 'text/plain; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(text);
}
