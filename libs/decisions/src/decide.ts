import type { Cause } from './causes.ts';
import { classify, type AttemptFacts, type Classification } from './classify.ts';

export type DecisionAction = 'accept' | 'retry' | 'retry_hint' | 'wait_provider' | 'give_up';

export interface Backoff {
  readonly baseS: number;
  readonly factor: number;
  readonly capS: number;
}

/** The part of a policy that a decision looks at. */
export interface AttemptPolicy {
  readonly version: number;
  readonly maxAttemptsPerJob: number;
  /** How many attempts may end with this cause before the job is given up. */
  readonly maxAttemptsPerCause: Readonly<Record<Cause, number>>;
  readonly backoff: Readonly<Record<Cause, Backoff>>;
}

/** The whole input of `decide`; stored beside the decision so that it can be run again. */
export interface DecisionSnapshot {
  readonly attempt: AttemptFacts;
  /** Number of this attempt since the last manual retry, from 1. */
  readonly attemptNumber: number;
  /** How many earlier attempts of this job ended with each cause since the last manual retry. */
  readonly endedByCause: Readonly<Partial<Record<Cause, number>>>;
  /** False when the job is wanted by no run any more. */
  readonly wanted: boolean;
  /** True when a person or a run asked for the end of this attempt. */
  readonly cancelRequested: boolean;
}

export interface Decision {
  readonly action: DecisionAction;
  readonly classification: Classification;
  /** One sentence for people. */
  readonly reason: string;
  /** Seconds to wait before the next attempt; null when there is none, 0 for at once. */
  readonly waitS: number | null;
}

const short: Backoff = { baseS: 5, factor: 2, capS: 60 };

/** What holds until policies can be edited. Only what time or another host may mend is tried again. */
export const defaultAttemptPolicy: AttemptPolicy = {
  version: 1,
  maxAttemptsPerJob: 6,
  maxAttemptsPerCause: {
    package: 1,
    recipe: 1,
    platform: 1,
    resource: 1,
    worker: 3,
    provider: 6,
    policy: 1,
    cancelled: 1,
    unknown: 2,
  },
  backoff: {
    package: short,
    recipe: short,
    platform: short,
    resource: short,
    worker: { baseS: 5, factor: 1, capS: 5 },
    provider: { baseS: 60, factor: 2, capS: 1800 },
    policy: short,
    cancelled: short,
    unknown: { baseS: 120, factor: 2, capS: 900 },
  },
};

const backoffS = ({ baseS, factor, capS }: Backoff, times: number): number =>
  Math.min(capS, Math.round(baseS * factor ** Math.max(0, times - 1)));

/** Decides what follows an attempt's end. Pure: the same snapshot and policy give the same decision. */
export function decide(snapshot: DecisionSnapshot, policy: AttemptPolicy): Decision {
  const classification = classify(snapshot.attempt);
  const { cause } = classification;
  const ends = (action: DecisionAction, reason: string): Decision => ({
    action,
    classification,
    reason,
    waitS: null,
  });

  if (snapshot.attempt.status === 'succeeded') return ends('accept', 'The wheel was built and verified.');
  if (snapshot.cancelRequested) return ends('give_up', 'The attempt was cancelled.');
  if (!snapshot.wanted) return ends('give_up', 'No run wants this wheel any more.');
  if (cause === 'cancelled') {
    return {
      action: 'retry',
      classification,
      reason: 'The worker gave the job back; it is open to another claim.',
      waitS: 0,
    };
  }
  if (snapshot.attemptNumber >= policy.maxAttemptsPerJob) {
    return ends(
      'give_up',
      `Attempt ${snapshot.attemptNumber} of at most ${policy.maxAttemptsPerJob} failed.`,
    );
  }
  const times = (snapshot.endedByCause[cause] ?? 0) + 1;
  const allowed = policy.maxAttemptsPerCause[cause];
  if (times >= allowed) {
    return ends(
      'give_up',
      allowed <= 1
        ? `A failure of cause ${cause} is not mended by trying again unchanged.`
        : `${times} attempts ended with cause ${cause}; the policy allows ${allowed}.`,
    );
  }
  const waitS = snapshot.attempt.status === 'lost' ? 0 : backoffS(policy.backoff[cause], times);
  if (cause === 'provider') {
    return {
      action: 'wait_provider',
      classification,
      reason: `An outside source failed; trying again in ${waitS} s.`,
      waitS,
    };
  }
  const reason =
    snapshot.attempt.status === 'lost'
      ? 'The worker was lost; the job is open to another claim.'
      : `A failure of cause ${cause} may pass; trying again in ${waitS} s.`;
  return { action: 'retry', classification, reason, waitS };
}
