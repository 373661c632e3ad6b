import { createHash } from 'node:crypto';
import { isValidName, normalizeName, type TargetEnvironment } from '@ironwheel/packaging';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, CurrentActor, Public, type Actor } from '../platform/index.ts';
import { matchesEntityTag } from './entity-tag.ts';
import { negotiateFormat, pageTypes, type PageFormat } from './negotiate-format.ts';
import { parseTarget } from './parse-target.ts';
import { ProjectPages } from './project-pages.ts';
import { ReadAccess } from './read-access.ts';
import { writeProjectHtml, writeRootHtml } from './write-html.ts';
import { writeProjectJson, writeRootJson } from './write-json.ts';

/**
 * The simple API (PEP 503, PEP 691), for all targets together and for each. Its paths end in a slash, which the
 * framework would cut off: hence the wildcards.
 */
@ApiExcludeController()
@Controller()
@Public()
export class SimpleController {
  constructor(
    private readonly pages: ProjectPages,
    private readonly access: ReadAccess,
  ) {}

  @Get('simple')
  toRoot(@Res() reply: FastifyReply): void {
    redirect(reply, 'simple/');
  }

  @Get('simple/*')
  page(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentActor() actor: Actor,
  ): Promise<void> {
    return this.#answer(request, reply, actor, null);
  }

  @Get('index/:target/simple')
  toTargetRoot(@Res() reply: FastifyReply): void {
    redirect(reply, 'simple/');
  }

  @Get('index/:target/simple/*')
  async targetPage(
    @Param('target') target: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentActor() actor: Actor,
  ): Promise<void> {
    await this.#answer(request, reply, actor, parseTarget(target));
  }

  async #answer(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: Actor,
    target: TargetEnvironment | null,
  ): Promise<void> {
    this.access.check(actor);
    const path = (request.params as { readonly '*'?: string })['*'] ?? '';
    const [name = '', rest] = path.split(/\/(.*)/s, 2);
    if (rest !== undefined && rest !== '')
      throw new AppError('ROUTE_NOT_FOUND', 'The index has no such page.');
    if (path !== '' && !isValidName(name)) {
      throw new AppError('INDEX_PROJECT_NOT_FOUND', 'The path is not the name of a project (PEP 503).');
    }
    const normalized = normalizeName(name);
    if (path !== '' && (rest === undefined || normalized !== name)) {
      redirect(reply, rest === undefined ? `${normalized}/` : `../${normalized}/`);
      return;
    }
    const format = negotiateFormat(request.headers.accept);
    if (format === null) {
      throw new AppError(
        'INDEX_FORMAT_UNSUPPORTED',
        `Accept names none of ${Object.values(pageTypes).join(', ')}.`,
      );
    }
    const body =
      path === '' ? await this.#root(format, target) : await this.#project(normalized, format, target);
    this.#send(request, reply, format, body);
  }

  async #root(format: PageFormat, target: TargetEnvironment | null): Promise<string> {
    const names = await this.pages.listNames(target);
    return format === 'json' ? writeRootJson(names) : writeRootHtml(names);
  }

  async #project(name: string, format: PageFormat, target: TargetEnvironment | null): Promise<string> {
    const page = await this.pages.get(name, target);
    return format === 'json' ? writeProjectJson(page) : writeProjectHtml(page);
  }

  #send(request: FastifyRequest, reply: FastifyReply, format: PageFormat, body: string): void {
    const tag = `"${createHash('sha256').update(format).update(body).digest('base64url').slice(0, 27)}"`;
    void reply
      .header('etag', tag)
      .header('vary', this.access.isRestricted ? 'Accept, Authorization' : 'Accept')
      // Kept, but asked about each time: a new wheel is there at once.
      .header('cache-control', `${this.access.cacheScope}, no-cache`)
      .removeHeader('set-cookie')
      .type(pageTypes[format]);
    if (matchesEntityTag(request.headers['if-none-match'], tag)) void reply.status(304).send();
    // As bytes: to text the framework would add a charset, which the types of PEP 691 do not have.
    else void reply.send(Buffer.from(body));
  }
}

/** Relative, so that it stays right behind a proxy that adds a path. */
function redirect(reply: FastifyReply, location: string): void {
  void reply.status(301).header('location', location).send();
}
