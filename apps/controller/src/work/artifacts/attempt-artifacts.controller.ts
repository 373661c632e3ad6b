import { fileNameSchema, idSchema, sha256Schema } from '@ironwheel/contracts';
import { Controller, Get, HttpCode, Param, Put, Req, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  AppError,
  AttemptToken,
  CurrentActor,
  NotAudited,
  RawBody,
  type Actor,
} from '../../platform/index.ts';
import { ReadSource } from './read-source.ts';
import { UploadArtifact, type UploadAnswer } from './upload-artifact.ts';

const attemptId = { schema: idSchema('attempt') };

/** What a worker does with files, by the token of its attempt. */
@ApiTags('artifacts')
@Controller('api/attempts/:id')
export class AttemptArtifactsController {
  constructor(
    private readonly uploads: UploadArtifact,
    private readonly sources: ReadSource,
  ) {}

  /** Needs the headers Content-Length and `x-content-sha256`; the body is the file itself. */
  @Put('artifacts/:filename')
  @HttpCode(200)
  @AttemptToken()
  @NotAudited()
  @RawBody(Number.MAX_SAFE_INTEGER)
  upload(
    @Param('id', attemptId) id: string,
    @Param('filename', { schema: fileNameSchema }) filename: string,
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<UploadAnswer> {
    const { sha256, size } = readHeaders(request);
    const fencing = actor.fencing ?? 0;
    return this.uploads.upload({ attemptId: id, fencing, filename, sha256, size, body: request.raw });
  }

  @Get('source')
  @AttemptToken()
  async source(@Param('id', attemptId) id: string, @CurrentActor() actor: Actor): Promise<StreamableFile> {
    const source = await this.sources.open(id, actor.fencing ?? 0);
    return new StreamableFile(source.stream, {
      type: 'application/octet-stream',
      disposition: 'attachment',
      length: source.size,
    });
  }
}

function readHeaders(request: FastifyRequest): { sha256: string; size: number } {
  const length = request.headers['content-length'];
  if (length === undefined) {
    throw new AppError('REQUEST_LENGTH_REQUIRED', 'Send the size of the file in the header Content-Length.');
  }
  const size = Number(length);
  if (!/^\d{1,15}$/.test(length) || size === 0) {
    throw new AppError('REQUEST_INVALID', 'Content-Length is not the size of a file.');
  }
  const digest = sha256Schema.safeParse(request.headers['x-content-sha256']);
  if (!digest.success) {
    throw new AppError('REQUEST_INVALID', 'Send the SHA-256 of the file in the header x-content-sha256.', {
      issues: [{ path: 'x-content-sha256', message: 'expected 64 lower-case hexadecimal digits' }],
    });
  }
  return { sha256: digest.data, size };
}
