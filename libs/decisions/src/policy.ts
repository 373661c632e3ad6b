import type { Cause } from './causes.ts';
import { defaultQuarantinePolicy, type QuarantinePolicy } from './quarantine.ts';
import type { Rule } from './rule.ts';

/** What follows for the job when an attempt has ended. */
export const decisionActions = ['accept', 'retry', 'retry_hint', 'wait_provider', 'give_up'] as const;
export type DecisionAction = (typeof decisionActions)[number];
/** What follows besides. */
export type SideAction = 'quarantine_worker';

/** The wait before the `k`-th repetition: base · factor^(k-1) seconds, `capS` at most, give or take the share `jitter`. */
export interface Backoff {
  readonly baseS: number;
  readonly factor: number;
  readonly capS: number;
  readonly jitter: number;
}

/** A policy as `decide` reads it: the document of a version, its rules compiled and in the order in which they are asked. */
export interface Policy {
  readonly version: number;
  readonly attempts: {
    readonly maxPerJob: number;
    /** Attempts of a job that may end with this cause; those of `provider` and `cancelled` count for nothing else. */
    readonly maxPerCause: Readonly<Record<Cause, number>>;
    readonly maxWorkerSPerJob: number;
  };
  readonly backoff: Readonly<Record<Cause | 'missing_sdist', Backoff>>;
  readonly retryAfter: { readonly isRespected: boolean; readonly maxS: number };
  /** Most of the running attempts that may be repetitions: a share, and a number that is always allowed. */
  readonly retryBudget: { readonly percent: number; readonly minConcurrent: number };
  /** Least confidence with which each is done. */
  readonly leastConfidence: Readonly<Record<DecisionAction | SideAction, number>>;
  /** A cause that is named with less confidence is `unknown`. */
  readonly unknownBelow: number;
  /** What is done when nothing is sure enough, in this order. */
  readonly fallback: readonly DecisionAction[];
  readonly rules: readonly Rule[];
  readonly quarantine: QuarantinePolicy;
}

const short: Backoff = { baseS: 5, factor: 2, capS: 60, jitter: 0.3 };

/** The policy of version 1, which a controller starts with. */
export const defaultPolicy: Policy = {
  version: 1,
  attempts: {
    maxPerJob: 4,
    maxPerCause: {
      package: 1,
      recipe: 1,
      platform: 1,
      resource: 2,
      worker: 3,
      provider: 6,
      policy: 1,
      cancelled: 10,
      unknown: 2,
    },
    maxWorkerSPerJob: 21_600,
  },
  backoff: {
    package: short,
    recipe: short,
    platform: short,
    resource: short,
    worker: { baseS: 5, factor: 1, capS: 5, jitter: 0 },
    provider: { baseS: 60, factor: 2, capS: 1800, jitter: 0.3 },
    policy: short,
    cancelled: short,
    unknown: { baseS: 120, factor: 2, capS: 900, jitter: 0.3 },
    missing_sdist: { baseS: 1800, factor: 2, capS: 21_600, jitter: 0.3 },
  },
  retryAfter: { isRespected: true, maxS: 3600 },
  retryBudget: { percent: 20, minConcurrent: 3 },
  leastConfidence: {
    accept: 0.95,
    retry: 0.25,
    retry_hint: 0.35,
    wait_provider: 0.6,
    give_up: 0.8,
    quarantine_worker: 0.85,
  },
  unknownBelow: 0.5,
  fallback: ['retry', 'give_up'],
  rules: [],
  quarantine: defaultQuarantinePolicy,
};
