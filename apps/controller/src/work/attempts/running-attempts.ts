import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AttemptsRepository, type RunningCount } from './attempts.repository.ts';

/** A count is good for as many times what it took, up to a second: counting takes a twentieth of the time, or happens once a second. */
const timesAsLong = 20;
const longestMs = 1000;

/** How much of the fleet is busy, as of a moment ago: every failure is weighed by it, and one bad moment brings hundreds. */
@Injectable()
export class RunningAttempts {
  #last: { readonly counted: RunningCount; readonly untilMs: number } | null = null;

  constructor(private readonly attempts: AttemptsRepository) {}

  /** Attempts that run beside one that is ending and is its job's `number`-th. */
  async countBeside(tx: SqlExecutor, number: number): Promise<RunningCount> {
    const { running, repetitions } = await this.#count(tx);
    return {
      running: Math.max(0, running - 1),
      repetitions: Math.max(0, repetitions - (number > 1 ? 1 : 0)),
    };
  }

  async #count(tx: SqlExecutor): Promise<RunningCount> {
    const startedAt = performance.now();
    if (this.#last !== null && startedAt < this.#last.untilMs) return this.#last.counted;
    const counted = await this.attempts.countRunning(tx);
    const endedAt = performance.now();
    this.#last = { counted, untilMs: endedAt + Math.min(longestMs, (endedAt - startedAt) * timesAsLong) };
    return counted;
  }
}
