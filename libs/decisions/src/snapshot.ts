import type { Means } from './adjustment.ts';
import type { AttemptFacts } from './attempt-facts.ts';
import type { Cause } from './causes.ts';
import type { RuleEvidence } from './classify.ts';
import type { OfferedHint } from './hints/offered-hint.ts';
import type { QuarantineHistory } from './quarantine.ts';

/** The form of snapshot that is written today; those of form 1 had no clock and no draw and cannot be run again. */
export const snapshotForm = 2;

/** The whole input of `decide`; stored beside the decision so that it can be run again. */
export interface DecisionSnapshot {
  readonly form: typeof snapshotForm;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** A random number from 0 to 1, for the jitter of waits. */
  readonly draw: number;
  readonly attempt: AttemptFacts;
  /** Number of this attempt since the last manual retry, from 1. */
  readonly attemptNumber: number;
  /** How many earlier attempts of this job ended with each cause since the last manual retry. */
  readonly endedByCause: Readonly<Partial<Record<Cause, number>>>;
  /** Seconds that workers have spent on this job since then, this attempt included. */
  readonly workerS: number;
  /** False when the job is wanted by no run any more. */
  readonly wanted: boolean;
  /** True when a person or a run asked for the end of this attempt. */
  readonly cancelRequested: boolean;
  /** The wheel that the job wishes for came from another build in the meantime. */
  readonly isServed: boolean;
  /** Attempts of the whole fleet that run, and how many of them are repetitions. */
  readonly fleet: { readonly running: number; readonly repetitions: number };
  /** Seconds that a source asked to be left alone; null when none did. */
  readonly retryAfterS: number | null;
  readonly means: Means;
  readonly hints: readonly OfferedHint[];
  readonly evidence: RuleEvidence;
  /** Where the failure speaks against the worker: what else it did, newest first, this attempt included. */
  readonly worker: QuarantineHistory | null;
}
