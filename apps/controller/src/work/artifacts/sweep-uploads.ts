import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ArtifactsRepository } from './artifacts.repository.ts';
import { artifactsSection } from './artifacts.section.ts';
import { ArtifactsService } from './artifacts.service.ts';

const everyMs = 10 * 60_000;
const batch = 200;

/** Removes uploads that no result ever named, and their bytes when nothing else stands for them. */
@Injectable()
export class SweepUploads {
  readonly #logger: StructuredLogger;
  /** Seconds after the end of the attempt. */
  readonly keepS: number;

  constructor(
    logger: StructuredLogger,
    config: LoadedConfig,
    private readonly artifacts: ArtifactsRepository,
    private readonly service: ArtifactsService,
  ) {
    this.keepS = config.get(artifactsSection).ARTIFACT_UPLOAD_KEEP_S;
    this.#logger = logger.child({ component: 'artifacts' });
  }

  @Interval(everyMs)
  async sweep(): Promise<void> {
    try {
      const removed = await this.removeSome();
      if (removed.count > 0)
        this.#logger.info('removed uploads that were never accepted', {
          uploads: removed.count,
          bytes: removed.bytes,
        });
    } catch (error) {
      this.#logger.warn('the sweep of uploads failed and will run again', { error });
    }
  }

  /** What would go now; sizes in bytes. */
  preview(): Promise<{ count: number; bytes: number }> {
    return this.artifacts.countUnaccepted(this.keepS);
  }

  /** Rows first, bytes after them: a crash in between leaves bytes without a row, which `RemoveOrphans` finds. */
  async removeSome(): Promise<{ count: number; bytes: number }> {
    const removed = await this.artifacts.removeUnaccepted(this.keepS, batch);
    let bytes = 0;
    for (const { sha256, name, size } of removed)
      if (await this.service.deleteUnused(sha256, name, false)) bytes += size;
    return { count: removed.length, bytes };
  }
}
