import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { LoadedConfig } from '@ironwheel/config';
import type { WheelFileName } from '@ironwheel/packaging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, Database, Metrics } from '../../platform/index.ts';
import { ArtifactBytes } from './artifact-bytes.ts';
import type { UploadingAttempt } from './artifact.row.ts';
import { ArtifactsRepository } from './artifacts.repository.ts';
import { artifactsSection } from './artifacts.section.ts';
import { ArtifactsService } from './artifacts.service.ts';
import { checkWheelName } from './check-wheel-name.ts';
import { toNewArtifact } from './new-artifact.ts';
import { checkWheel, UnsoundArchiveError, type WheelContent } from './wheel-check/index.ts';

export interface UploadRequest {
  readonly attemptId: string;
  readonly fencing: number;
  readonly filename: string;
  /** Announced digest and size in bytes. */
  readonly sha256: string;
  readonly size: number;
  readonly body: IncomingMessage;
}

export interface UploadAnswer {
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
  readonly existed: boolean;
}

/** Takes a wheel of a live attempt: name, bytes, content, and then the row; nothing is served before the result. */
@Injectable()
export class UploadArtifact {
  readonly #maxBytes: number;
  readonly #maxUnpackedBytes: number;
  readonly #uploads;

  constructor(
    config: LoadedConfig,
    metrics: Metrics,
    private readonly database: Database,
    private readonly artifacts: ArtifactsRepository,
    private readonly service: ArtifactsService,
    private readonly bytes: ArtifactBytes,
  ) {
    const settings = config.get(artifactsSection);
    this.#maxBytes = settings.ARTIFACT_MAX_BYTES;
    this.#maxUnpackedBytes = settings.ARTIFACT_MAX_UNPACKED_BYTES;
    this.#uploads = metrics.counter({
      name: 'artifact_uploads_total',
      help: 'Uploaded wheels by what became of them.',
      labels: ['outcome'],
    });
  }

  /**
   * Throws LEASE_LOST, WORKER_REVOKED, REQUEST_TOO_LARGE, ARTIFACT_NAME_INVALID, ARTIFACT_NAME_TAKEN,
   * ARTIFACT_HASH_MISMATCH, ARTIFACT_CONTENT_INVALID or ARTIFACT_STORE_FULL; nothing is written then.
   */
  async upload(request: UploadRequest): Promise<UploadAnswer> {
    try {
      const answer = await this.#upload(request);
      this.#uploads.inc({ outcome: answer.existed ? 'known' : 'stored' });
      return answer;
    } catch (error) {
      this.#uploads.inc({ outcome: error instanceof AppError && error.status < 500 ? 'refused' : 'failed' });
      throw error;
    }
  }

  async #upload(request: UploadRequest): Promise<UploadAnswer> {
    if (request.size > this.#maxBytes) {
      throw new AppError(
        'REQUEST_TOO_LARGE',
        `The wheel is larger than the ${this.#maxBytes} bytes that are taken.`,
      );
    }
    const attempt = await this.#getAttempt(this.database, request, { lock: false });
    const wheel = checkWheelName(request.filename, attempt);
    await this.#checkNotTaken(this.database, request);
    const stored = await this.bytes.put(withoutDestroying(request.body), {
      expectedSha256: request.sha256,
      maxBytes: Math.min(request.size, this.#maxBytes),
    });
    try {
      const content = await this.#checkContent(wheel, request);
      const replaced = await this.#save(request, wheel, content);
      if (replaced !== null) await this.service.deleteUnused(replaced, attempt.name, true);
    } catch (error) {
      if (!stored.existed) await this.service.deleteUnused(request.sha256, attempt.name, true);
      throw error;
    }
    return { filename: request.filename, sha256: stored.sha256, size: stored.size, existed: stored.existed };
  }

  async #getAttempt(
    sql: SqlExecutor,
    request: UploadRequest,
    options: { readonly lock: boolean },
  ): Promise<UploadingAttempt> {
    return checkAttempt(await this.artifacts.findUploading(sql, request.attemptId, options), request.fencing);
  }

  async #checkNotTaken(sql: SqlExecutor, { filename, sha256 }: UploadRequest): Promise<void> {
    const served = await this.artifacts.findServedDigest(sql, filename);
    if (served !== null && served !== sha256) {
      throw new AppError(
        'ARTIFACT_NAME_TAKEN',
        `Other bytes are served as ${filename} already; a rebuild carries a build tag of its own.`,
        { extra: { served_sha256: served } },
      );
    }
  }

  async #checkContent(wheel: WheelFileName, { sha256, size }: UploadRequest): Promise<WheelContent> {
    const read = async (start: number, end: number): Promise<Readable> => {
      const stream = await this.bytes.read(sha256, { start, end });
      if (stream === null) throw new Error('bytes that were stored a moment ago are gone');
      return stream;
    };
    try {
      return await checkWheel(wheel, { size, read }, { maxUnpackedBytes: this.#maxUnpackedBytes });
    } catch (cause) {
      if (!(cause instanceof UnsoundArchiveError)) throw cause;
      throw new AppError(
        'ARTIFACT_CONTENT_INVALID',
        `${wheel.filename} is not a sound wheel: ${cause.message}.`,
        {
          cause,
        },
      );
    }
  }

  /** The upload may have taken long: attempt, fencing and name are looked at again, and held until the commit. */
  #save(request: UploadRequest, wheel: WheelFileName, content: WheelContent): Promise<string | null> {
    const artifact = toNewArtifact(wheel, request, content);
    return this.database.transaction(async (tx) => {
      const attempt = await this.#getAttempt(tx, request, { lock: true });
      await this.#checkNotTaken(tx, request);
      return this.artifacts.save(tx, artifact, attempt);
    });
  }
}

/** Throws unless the attempt is alive, has this fencing, and its job belongs to it. */
export function checkAttempt(attempt: UploadingAttempt | null, fencing: number): UploadingAttempt {
  if (attempt === null) throw new AppError('ATTEMPT_NOT_FOUND', 'There is no such attempt.');
  if (attempt.worker_revoked) throw new AppError('WORKER_REVOKED', 'The worker of this attempt was revoked.');
  const isLive = attempt.attempt_state === 'claimed' || attempt.attempt_state === 'running';
  if (!isLive || !attempt.holds_job || attempt.fencing !== fencing) {
    throw new AppError('LEASE_LOST', 'This attempt no longer holds its job; stop it.');
  }
  return attempt;
}

/**
 * The body as a stream that can be given up without cutting the connection, so that the answer still gets through.
 * A caller that hangs up is told apart from a failure of ours.
 */
function withoutDestroying(body: IncomingMessage): Readable {
  async function* read(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
    } catch (cause) {
      throw new AppError('REQUEST_MALFORMED', 'The upload broke off; send it again.', { cause });
    } finally {
      // What is given up in the middle is read to its end: else the next request on this connection would never be heard.
      body.resume();
    }
  }
  return Readable.from(read(), { objectMode: false });
}
