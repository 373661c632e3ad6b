import { Injectable } from '@nestjs/common';
import { LoadedConfig, type ConfigOf } from '@ironwheel/config';
import type { RetentionRuleName } from '@ironwheel/contracts';
import { FindOrphans, SweepUploads } from '../artifacts/index.ts';
import { RemoveUnusedInputs } from '../inputs/index.ts';
import { RemoveLogsRepository, type LogBounds, type Removed } from '../logs/index.ts';
import { retentionSection } from './retention.section.ts';

const dayS = 86_400;
const logsPerTurn = 200;
const entriesPerTurn = 200;

export interface RetentionRule {
  readonly name: RetentionRuleName;
  readonly meaning: string;
  readonly bounds: Readonly<Record<string, number>>;
  /** What would go now. */
  readonly preview: () => Promise<Removed>;
  /**
   * Removes, a little at a time, until nothing is left to remove. Each step stands by itself: wherever it is cut off, a
   * later run goes on from there.
   */
  readonly remove: () => AsyncIterable<Removed>;
}

async function* repeat(step: () => Promise<Removed>): AsyncGenerator<Removed> {
  for (;;) {
    const removed = await step();
    if (removed.count === 0) return;
    yield removed;
  }
}

const nothing: Removed = { count: 0, bytes: 0 };

/** The rules by which things go, with the bounds of the configuration. */
@Injectable()
export class RetentionRules {
  readonly rules: readonly RetentionRule[];
  readonly #settings: ConfigOf<typeof retentionSection>;

  constructor(
    config: LoadedConfig,
    private readonly logs: RemoveLogsRepository,
    private readonly uploads: SweepUploads,
    private readonly inputs: RemoveUnusedInputs,
    private readonly orphans: FindOrphans,
  ) {
    this.#settings = config.get(retentionSection);
    this.rules = [this.#logs(), this.#postedLogs(), this.#uploads(), this.#inputs(), this.#orphans()];
  }

  #logs(): RetentionRule {
    const settings = this.#settings;
    const bounds: LogBounds = {
      maxAgeS: settings.RETENTION_LOG_MAX_AGE_DAYS * dayS,
      maxBytes: settings.RETENTION_LOG_MAX_BYTES,
      maxCount: settings.RETENTION_LOG_MAX_COUNT,
      minAgeS: settings.RETENTION_LOG_MIN_AGE_S,
    };
    return {
      name: 'logs',
      meaning:
        'Sealed logs beyond an age, a size or a count, the oldest first; not of jobs that are not over.',
      bounds: {
        RETENTION_LOG_MAX_AGE_DAYS: settings.RETENTION_LOG_MAX_AGE_DAYS,
        RETENTION_LOG_MAX_BYTES: bounds.maxBytes,
        RETENTION_LOG_MAX_COUNT: bounds.maxCount,
        RETENTION_LOG_MIN_AGE_S: bounds.minAgeS,
      },
      preview: () => this.logs.count(bounds),
      remove: () => repeat(() => this.logs.remove(bounds, logsPerTurn)),
    };
  }

  #postedLogs(): RetentionRule {
    const days = this.#settings.RETENTION_LOG_MAX_AGE_DAYS;
    return {
      name: 'posted_logs',
      meaning: 'Logs that were posted and belong to no attempt, beyond the same age.',
      bounds: { RETENTION_LOG_MAX_AGE_DAYS: days },
      preview: () => (days === 0 ? Promise.resolve(nothing) : this.logs.countEntries(days * dayS)),
      remove: () =>
        repeat(() =>
          days === 0 ? Promise.resolve(nothing) : this.logs.removeEntries(days * dayS, entriesPerTurn),
        ),
    };
  }

  #uploads(): RetentionRule {
    return {
      name: 'uploads',
      meaning: 'Uploads that no accepted result named, some time after the end of their attempt.',
      bounds: { ARTIFACT_UPLOAD_KEEP_S: this.uploads.keepS },
      preview: () => this.uploads.preview(),
      remove: () => repeat(() => this.uploads.removeSome()),
    };
  }

  #inputs(): RetentionRule {
    const days = this.#settings.RETENTION_INPUT_MAX_AGE_DAYS;
    return {
      name: 'inputs',
      meaning: 'Inputs that were handed in and never used by a run.',
      bounds: { RETENTION_INPUT_MAX_AGE_DAYS: days },
      preview: () => (days === 0 ? Promise.resolve(nothing) : this.inputs.preview(days * dayS)),
      remove: () =>
        repeat(() => (days === 0 ? Promise.resolve(nothing) : this.inputs.removeSome(days * dayS))),
    };
  }

  #orphans(): RetentionRule {
    const minAgeS = this.#settings.RETENTION_ORPHAN_MIN_AGE_S;
    const list = (): ReturnType<FindOrphans['list']> =>
      this.orphans.list(new Date(Date.now() - minAgeS * 1000));
    return {
      name: 'orphans',
      meaning: 'Bytes of the artifact store that nothing stands for: no served file, upload, input or job.',
      bounds: { RETENTION_ORPHAN_MIN_AGE_S: minAgeS },
      preview: async () => {
        let [count, bytes] = [0, 0];
        for await (const orphan of list()) [count, bytes] = [count + 1, bytes + orphan.size];
        return { count, bytes };
      },
      remove: () => removeOrphans(list(), this.orphans),
    };
  }
}

async function* removeOrphans(
  found: ReturnType<FindOrphans['list']>,
  orphans: FindOrphans,
): AsyncGenerator<Removed> {
  for await (const orphan of found) if (await orphans.remove(orphan)) yield { count: 1, bytes: orphan.size };
}
