import type { Cause } from './causes.ts';
import { countOf } from './count-of.ts';
import type { Backoff, Policy } from './policy.ts';
import type { DecisionSnapshot } from './snapshot.ts';

/** What is left of a job's budgets after this attempt. */
export interface Budget {
  /** Attempts that ended with this cause, this one included. */
  readonly times: number;
  /** Why nothing at all may follow; null: something may. */
  readonly exhausted: string | null;
  /** Why nothing may follow that changes nothing; null: it may. */
  readonly causeExhausted: string | null;
  /** Too many repetitions run already: the next one waits longer. */
  readonly isOverRetryBudget: boolean;
}

/** Ends that say nothing of the job: a source that was away, a worker that gave the job back. */
const countedApart: ReadonlySet<Cause> = new Set(['provider', 'cancelled']);

export function readBudget(snapshot: DecisionSnapshot, cause: Cause, policy: Policy): Budget {
  const { attempts, retryBudget } = policy;
  const times = (snapshot.endedByCause[cause] ?? 0) + 1;
  const allowed = attempts.maxPerCause[cause];
  const { running, repetitions } = snapshot.fleet;
  return {
    times,
    exhausted: findExhausted(snapshot, cause, policy),
    causeExhausted:
      times < allowed
        ? null
        : `${countOf(times, 'attempt')} ended with cause ${cause}; the policy allows ${allowed}.`,
    isOverRetryBudget:
      repetitions >= Math.max(retryBudget.minConcurrent, Math.floor((running * retryBudget.percent) / 100)),
  };
}

function findExhausted(snapshot: DecisionSnapshot, cause: Cause, { attempts }: Policy): string | null {
  const { maxPerJob, maxWorkerSPerJob } = attempts;
  if (snapshot.workerS >= maxWorkerSPerJob) {
    return `Workers spent ${snapshot.workerS} s on this job; the policy allows ${maxWorkerSPerJob} s.`;
  }
  if (countedApart.has(cause)) return null;
  const entries = Object.entries(snapshot.endedByCause) as [Cause, number][];
  const failed = entries.reduce((sum, [of, count]) => (countedApart.has(of) ? sum : sum + count), 1);
  return failed >= maxPerJob ? `Attempt ${failed} of at most ${maxPerJob} failed.` : null;
}

/** Seconds before the `times`-th repetition. `draw` from 0 to 1 moves it within the jitter; the cap holds. */
export function backoffS({ baseS, factor, capS, jitter }: Backoff, times: number, draw: number): number {
  const plain = Math.min(capS, baseS * factor ** Math.max(0, times - 1));
  return Math.round(Math.min(capS, plain * (1 + jitter * (2 * draw - 1))));
}

/** Longest that a repetition is put off because too many run, in seconds. */
const putOffS = 300;

export function waitBefore(
  snapshot: DecisionSnapshot,
  backoff: Backoff,
  budget: Budget,
  { retryAfter }: Policy,
): number {
  const plain = backoffS(backoff, budget.times, snapshot.draw);
  const asked = retryAfter.isRespected ? Math.min(retryAfter.maxS, snapshot.retryAfterS ?? 0) : 0;
  const putOff = budget.isOverRetryBudget ? Math.round(putOffS * (0.2 + 0.8 * snapshot.draw)) : 0;
  return Math.max(plain, asked) + putOff;
}
