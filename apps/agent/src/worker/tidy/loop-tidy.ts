import { setTimeout as wait } from 'node:timers/promises';
import type { ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import { canTidy, type LogSink, type Runner } from '@ironwheel/plugin-kit';
import type { workerSection } from '../../config/worker-config.ts';
import type { AttemptRegistry } from '../attempt/attempt-registry.ts';
import { removeLeftovers } from './remove-leftovers.ts';

/** While the host is not well, which a full disk may be the cause of. */
const unwellEveryMs = 60_000;
const dayMs = 86_400_000;

export interface TidyOptions {
  readonly settings: ConfigOf<typeof workerSection>;
  readonly attemptsDirectory: string;
  readonly registry: AttemptRegistry;
  readonly runner: Runner;
  readonly logSink: LogSink;
  isWell(): boolean;
  readonly logger: StructuredLogger;
}

/** Lets go, between builds, what builds left behind on this host. Killed in the middle, the next turn goes on. */
export class TidyLoop {
  readonly #options: TidyOptions;

  constructor(options: TidyOptions) {
    this.#options = options;
  }

  /** Ends when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const everyMs = this.#options.settings.WORKER_TIDY_INTERVAL_S * 1000;
    if (everyMs === 0) return;
    const { registry } = this.#options;
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      while (registry.usedSlots > 0 && !isStopped()) await registry.changed(signal);
      if (isStopped()) return;
      await this.tidy().catch((error: unknown) =>
        this.#options.logger.warn('The host could not be tidied; it is tried again later.', { error }),
      );
      const pauseMs = this.#options.isWell() ? everyMs : Math.min(everyMs, unwellEveryMs);
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One turn now. */
  async tidy(): Promise<void> {
    const { settings, attemptsDirectory, registry, runner, logSink, logger } = this.#options;
    const leftoverMinAgeMs = settings.WORKER_LEFTOVER_MIN_AGE_S * 1000;
    // A log whose sending broke is taken up again; what was delivered goes from the spool.
    await logSink.recover();
    const directories = await removeLeftovers({
      attemptsDirectory,
      isKnown: (attemptId) => registry.has(attemptId),
      minAgeMs: leftoverMinAgeMs,
      logger,
    });
    const tidied = canTidy(runner)
      ? await runner.tidy({
          attempts: registry.live.map(({ attemptId }) => attemptId),
          leftoverMinAgeMs,
          images: {
            maxCount: settings.WORKER_IMAGES_MAX_COUNT,
            maxBytes: settings.WORKER_IMAGES_MAX_BYTES,
            maxAgeMs: settings.WORKER_IMAGES_MAX_AGE_DAYS * dayMs,
          },
        })
      : { containers: 0, images: 0, imageBytes: 0 };
    if (directories + tidied.containers + tidied.images > 0)
      logger.info('What builds left behind was removed.', {
        directories,
        containers: tidied.containers,
        images: tidied.images,
        image_bytes: tidied.imageBytes,
      });
  }
}
