import type { LogLine, OfferedHint } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { JobRow } from '../jobs/index.ts';
import type { AttemptRow } from './attempt.row.ts';
import type { Ending } from './ending.ts';

/**
 * Whoever keeps hints: what fits a failed attempt, how one is put to work, and what came of those that were. All in the
 * transaction that ends the attempt; `attempt` has the error and the environment that its result tells of.
 */
export interface HintSource {
  /** Hints that fit, with what is known of each; none for an attempt that no hint could mend. */
  offer(
    tx: SqlExecutor,
    job: JobRow,
    attempt: AttemptRow,
    errorLines: readonly LogLine[],
  ): Promise<readonly OfferedHint[]>;
  /** The next attempt of the job gets the recipe of this hint. */
  apply(tx: SqlExecutor, job: JobRow, attempt: AttemptRow, hintId: string): Promise<void>;
  /** The attempt has ended so, whatever it was built with; `isTriedAgain`: the next one is built with the same. */
  noteEnd(
    tx: SqlExecutor,
    job: JobRow,
    attempt: AttemptRow,
    status: Ending['status'],
    isTriedAgain: boolean,
  ): Promise<void>;
}

/** The door for hints: the room that keeps them binds itself here. Without one nothing is offered. */
@Injectable()
export class HintOffers implements HintSource {
  #source: HintSource | null = null;

  bind(source: HintSource): void {
    this.#source = source;
  }

  async offer(...given: Parameters<HintSource['offer']>): Promise<readonly OfferedHint[]> {
    return (await this.#source?.offer(...given)) ?? [];
  }

  async apply(...given: Parameters<HintSource['apply']>): Promise<void> {
    await this.#source?.apply(...given);
  }

  async noteEnd(...given: Parameters<HintSource['noteEnd']>): Promise<void> {
    await this.#source?.noteEnd(...given);
  }
}
