import { isValidName, normalizeName } from '@ironwheel/packaging';
import { Controller, Get, Param, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, Public } from '../platform/index.ts';
import { IndexReadGuard } from './index-read.guard.ts';
import { findIndexTarget, type IndexTarget } from './index-target.ts';
import { negotiateFormat, type SimpleFormat } from './negotiate.ts';
import { PackageIndexService } from './package-index.service.ts';
import { renderProject, renderProjects, type RenderedPage } from './project-page.ts';

/** The simple API (PEP 503, 691, 700), for everyone and for one target. */
@Controller()
@Public()
@UseGuards(IndexReadGuard)
@ApiExcludeController()
export class SimpleController {
  constructor(private readonly index: PackageIndexService) {}

  @Get(['simple', 'simple/*'])
  async forEveryone(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer(request, reply, '/simple', null);
  }

  @Get(['index/:target/simple', 'index/:target/simple/*'])
  async forTarget(
    @Param('target') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const target = findIndexTarget(name);
    if (target === null) {
      throw new AppError(
        'INDEX_PROJECT_NOT_FOUND',
        'This is no target; one looks like cp312-manylinux_2_28_s390x.',
      );
    }
    await this.#answer(request, reply, `/index/${name}/simple`, target);
  }

  async #answer(
    request: FastifyRequest,
    reply: FastifyReply,
    base: string,
    target: IndexTarget | null,
  ): Promise<void> {
    const path = new URL(request.url, 'http://index.invalid').pathname.slice(base.length);
    if (path === '') {
      redirect(reply, `${base}/`);
      return;
    }
    const [, project = '', ...rest] = path.split('/');
    if (project === '' && rest.length === 0) {
      const format = chooseFormat(request);
      send(request, reply, renderProjects(await this.index.listNames(), format));
      return;
    }
    const name = decodeName(project);
    const isWhole = rest.length === 1 && rest[0] === '';
    if (name === null || !(rest.length === 0 || isWhole)) {
      throw new AppError(
        'INDEX_PROJECT_NOT_FOUND',
        'This is no page of the index; a project is at /simple/{project}/.',
      );
    }
    const normalized = normalizeName(name);
    if (!isWhole || project !== normalized) {
      redirect(reply, `${base}/${normalized}/`);
      return;
    }
    const format = chooseFormat(request);
    send(request, reply, renderProject(await this.index.page(normalized, target), format));
  }
}

function chooseFormat(request: FastifyRequest): SimpleFormat {
  const format = negotiateFormat(request.headers.accept);
  if (format === null) {
    throw new AppError(
      'INDEX_FORMAT_UNSUPPORTED',
      'The index speaks application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html and text/html.',
    );
  }
  return format;
}

function decodeName(text: string): string | null {
  try {
    const name = decodeURIComponent(text);
    return name.length <= 200 && isValidName(name) ? name : null;
  } catch {
    // An escape that means nothing names no project.
    return null;
  }
}

const redirect = (reply: FastifyReply, path: string): void => {
  void reply.status(301).header('location', path).send();
};

function send(request: FastifyRequest, reply: FastifyReply, page: RenderedPage): void {
  void reply
    .header('etag', page.etag)
    .header('vary', 'Accept, Authorization')
    .header('cache-control', 'no-cache')
    .header('content-type', page.contentType);
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(page.etag) || known.includes('*')) void reply.status(304).send();
  else void reply.send(page.body);
}
