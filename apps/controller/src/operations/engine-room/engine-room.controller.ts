import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, Public } from '../../platform/index.ts';
import { BuiltPages } from './built-pages.ts';
import { writePage } from './page-policy.ts';

const base = '/verifier-engine-room';
const oneYearS = 31_536_000;

/** The pages of the operators' UI. They hold no data and are open to everyone; the API that they call is not. */
@ApiExcludeController()
@Controller()
@Public()
export class EngineRoomController {
  constructor(private readonly pages: BuiltPages) {}

  /** People who type in the address only; programs are told that there is no such path. */
  @Get()
  root(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (!(request.headers.accept ?? '').includes('text/html'))
      throw new AppError('ROUTE_NOT_FOUND', 'There is no such path; see /api/openapi.json.');
    void reply.redirect(`${base}/`, 302);
  }

  @Get('verifier-engine-room')
  bare(@Res() reply: FastifyReply): void {
    void reply.redirect(`${base}/`, 302);
  }

  @Get('verifier-engine-room/*')
  async get(
    @Param('*') path: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.pages.findFile(path, request.headers['accept-encoding'] ?? '');
    if (file !== null) {
      void reply
        .type(file.type)
        .header('vary', 'accept-encoding')
        .header('cache-control', file.isHashed ? `public, max-age=${oneYearS}, immutable` : 'no-cache');
      if (file.encoding !== null) void reply.header('content-encoding', file.encoding);
      void reply.send(file.bytes);
      return;
    }
    // A missing file answered with the page would be taken for a script, and kept.
    if (path.startsWith('assets/') || /\.[a-z0-9]{1,5}$/.test(path))
      throw new AppError('ROUTE_NOT_FOUND', 'There is no such file; reload the page.');
    await this.#sendPage(reply);
  }

  async #sendPage(reply: FastifyReply): Promise<void> {
    const page = await this.pages.findPage();
    if (page === null) {
      void reply
        .status(503)
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(
          `The pages of the Engine Room were not built: ${this.pages.directory} holds none. Run \`npm run build\`; the API works without them.\n`,
        );
      return;
    }
    const { html, policy } = writePage(page);
    void reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cross-origin-opener-policy', 'same-origin')
      .header('cache-control', 'no-store')
      .send(html);
  }
}
