import { Readable } from 'node:stream';
import { fileNameSchema, sha256Schema } from '@ironwheel/contracts';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, CurrentActor, Public, type Actor } from '../platform/index.ts';
import { ArtifactBytes } from '../work/artifacts/index.ts';
import { parseRange } from './byte-range.ts';
import { matchesEntityTag } from './entity-tag.ts';
import { OwnFilesRepository, type ServedFileRow } from './own-files.repository.ts';
import { ReadAccess } from './read-access.ts';

const digest = { schema: sha256Schema };
const metadataSuffix = '.metadata';
const wheelType = 'application/octet-stream';

/** Wheels, and beside each its METADATA (PEP 658). A file name never gets other bytes, so answers never age. */
@ApiExcludeController()
@Controller(['files', 'index/:target/files'])
@Public()
export class FilesController {
  constructor(
    private readonly ownFiles: OwnFilesRepository,
    private readonly bytes: ArtifactBytes,
    private readonly access: ReadAccess,
  ) {}

  @Get(':sha256/:filename')
  async get(
    @Param('sha256', digest) sha256: string,
    @Param('filename', { schema: fileNameSchema.max(255 + metadataSuffix.length) }) filename: string,
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.access.check(actor);
    const isMetadata = filename.endsWith(metadataSuffix);
    const wheelName = isMetadata ? filename.slice(0, -metadataSuffix.length) : filename;
    const file = await this.ownFiles.findServed(sha256, wheelName);
    if (file === null) throw notFound(wheelName);
    if (isMetadata) this.#sendMetadata(request, reply, file);
    else await this.#sendWheel(request, reply, { ...file, sha256, filename });
  }

  #sendMetadata(request: FastifyRequest, reply: FastifyReply, file: ServedFileRow): void {
    const tag = `"${file.metadata_sha256}"`;
    this.#setHeaders(reply, tag);
    if (matchesEntityTag(request.headers['if-none-match'], tag)) void reply.status(304).send();
    else void reply.type('text/plain; charset=utf-8').send(file.metadata);
  }

  async #sendWheel(
    request: FastifyRequest,
    reply: FastifyReply,
    file: ServedFileRow & { readonly sha256: string; readonly filename: string },
  ): Promise<void> {
    const { sha256, filename } = file;
    const tag = `"${sha256}"`;
    this.#setHeaders(reply, tag);
    void reply.header('accept-ranges', 'bytes').header('content-disposition', 'attachment').type(wheelType);
    if (matchesEntityTag(request.headers['if-none-match'], tag)) return void reply.status(304).send();
    const condition = request.headers['if-range'];
    const isSame = condition === undefined || condition === tag;
    const range = parseRange(isSame ? request.headers.range : undefined, file.size);
    if (range.kind === 'unsatisfiable') {
      return void reply.status(416).header('content-range', `bytes */${file.size}`).send();
    }
    const { start, end } = range.kind === 'whole' ? { start: 0, end: file.size - 1 } : range;
    if (range.kind === 'part') {
      void reply.status(206).header('content-range', `bytes ${start}-${end}/${file.size}`);
    }
    void reply.header('content-length', String(end - start + 1));
    // A HEAD answer is never read: no need to open the file.
    const stream =
      request.method === 'HEAD' ? Readable.from([]) : await this.bytes.read(sha256, { start, end });
    if (stream === null) throw notFound(filename);
    void reply.send(stream);
  }

  /** Nothing that was uploaded may act as a page of this origin. */
  #setHeaders(reply: FastifyReply, tag: string): void {
    void reply
      .removeHeader('set-cookie')
      .header('etag', tag)
      .header('cache-control', `${this.access.cacheScope}, max-age=31536000, immutable`)
      .header('content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'")
      .header('x-content-type-options', 'nosniff');
  }
}

const notFound = (filename: string): AppError =>
  new AppError(
    'ARTIFACT_NOT_FOUND',
    `The index serves no file ${JSON.stringify(filename)} with this digest.`,
  );
