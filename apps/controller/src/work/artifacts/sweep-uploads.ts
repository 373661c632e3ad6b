import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ArtifactsRepository } from './artifacts.repository.ts';
import { ArtifactsService } from './artifacts.service.ts';

const everyMs = 10 * 60_000;
const batch = 200;
/** People may want to look at what a failed attempt uploaded; after an hour it goes. */
const keepS = 3600;

/** Removes uploads that no result ever named, and their bytes when nothing else stands for them. */
@Injectable()
export class SweepUploads {
  readonly #logger: StructuredLogger;

  constructor(
    logger: StructuredLogger,
    private readonly artifacts: ArtifactsRepository,
    private readonly service: ArtifactsService,
  ) {
    this.#logger = logger.child({ component: 'artifacts' });
  }

  @Interval(everyMs)
  async sweep(): Promise<void> {
    try {
      const removed = await this.artifacts.removeUnaccepted(keepS, batch);
      let files = 0;
      for (const { sha256, name } of removed) {
        if (await this.service.deleteUnused(sha256, name, false)) files += 1;
      }
      if (removed.length > 0) {
        this.#logger.info('removed uploads that were never accepted', { uploads: removed.length, files });
      }
    } catch (error) {
      this.#logger.warn('the sweep of uploads failed and will run again', { error });
    }
  }
}
