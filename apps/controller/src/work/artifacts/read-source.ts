import type { Readable } from 'node:stream';
import { planSourceSchema } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../platform/index.ts';
import { ArtifactBytes } from './artifact-bytes.ts';
import { ArtifactsRepository } from './artifacts.repository.ts';
import { checkAttempt } from './upload-artifact.ts';

export interface SourceBytes {
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
  readonly stream: Readable;
}

/** Hands a worker the source of its job, when that lies with the controller. */
@Injectable()
export class ReadSource {
  constructor(
    private readonly database: Database,
    private readonly artifacts: ArtifactsRepository,
    private readonly bytes: ArtifactBytes,
  ) {}

  /** Throws LEASE_LOST, and ARTIFACT_NOT_FOUND when the job's source is elsewhere or gone. */
  async open(attemptId: string, fencing: number): Promise<SourceBytes> {
    const found = await this.artifacts.findUploading(this.database, attemptId, { lock: false });
    const source = planSourceSchema.safeParse(checkAttempt(found, fencing).source).data;
    if (source === undefined || source.origin === 'index' || source.sha256 === null) {
      throw new AppError(
        'ARTIFACT_NOT_FOUND',
        'The source of this job lies on the index, not with the controller.',
      );
    }
    const { filename, sha256 } = source;
    const facts = await this.bytes.stat(sha256);
    const stream = facts === null ? null : await this.bytes.read(sha256);
    if (facts === null || stream === null) {
      throw new AppError('ARTIFACT_NOT_FOUND', `The bytes of ${filename} are gone from the artifact store.`);
    }
    return { filename, sha256, size: facts.size, stream };
  }
}
