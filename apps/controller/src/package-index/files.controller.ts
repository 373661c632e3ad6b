import { fileNameSchema, sha256Schema } from '@ironwheel/contracts';
import { Controller, Get, Param, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, Public } from '../platform/index.ts';
import { ArtifactBytes } from '../work/artifacts/index.ts';
import { findByteRange } from './byte-range.ts';
import { IndexReadGuard } from './index-read.guard.ts';
import { PackageIndexRepository } from './package-index.repository.ts';

const metadataSuffix = '.metadata';
/** What lies under a digest never changes. */
const forever = 'public, max-age=31536000, immutable';

/** The files behind the index, and the METADATA of each (PEP 658). */
@Controller()
@Public()
@UseGuards(IndexReadGuard)
@ApiExcludeController()
export class FilesController {
  constructor(
    private readonly repository: PackageIndexRepository,
    private readonly bytes: ArtifactBytes,
  ) {}

  @Get(['files/:sha256/:filename', 'index/:target/files/:sha256/:filename'])
  async read(
    @Param('sha256', { schema: sha256Schema }) sha256: string,
    @Param('filename', { schema: fileNameSchema }) filename: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    void reply
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cache-control', forever);
    if (filename.endsWith(metadataSuffix)) {
      await this.#sendMetadata(sha256, filename.slice(0, -metadataSuffix.length), reply);
      return;
    }
    const file = await this.repository.findFile(sha256, filename);
    if (file === null) throw notFound(filename);
    await this.#sendBytes(sha256, file.size, request, reply);
  }

  async #sendMetadata(sha256: string, filename: string, reply: FastifyReply): Promise<void> {
    const metadata = await this.repository.findMetadata(sha256, filename);
    if (metadata === null) throw notFound(filename);
    void reply.header('content-type', 'text/plain; charset=utf-8').send(metadata);
  }

  async #sendBytes(
    sha256: string,
    size: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const range = findByteRange(request.headers.range, size);
    void reply
      .header('content-type', 'application/octet-stream')
      .header('accept-ranges', 'bytes')
      .header('etag', `"${sha256}"`);
    if (range === 'unsatisfiable') {
      void reply.status(416).header('content-range', `bytes */${size}`).send();
      return;
    }
    if (range !== null)
      void reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
    void reply.header('content-length', range === null ? size : range.end - range.start + 1);
    if (request.method === 'HEAD') {
      void reply.send();
      return;
    }
    const stream = await this.bytes.read(sha256, range ?? undefined);
    if (stream === null)
      throw new AppError('ARTIFACT_NOT_FOUND', 'The bytes of this file are no longer in the artifact store.');
    void reply.send(stream);
  }
}

const notFound = (filename: string): AppError =>
  new AppError('ARTIFACT_NOT_FOUND', `The index has no file ${filename.slice(0, 120)} with this digest.`);
