/**
 * A job is the wish for one wheel.
 *
 *   blocked ──► queued ──► claimed ──► running ──► succeeded
 *      ▲          │  ▲        │           ├──────► failed
 *      │          │  └─ waiting ◄─────────┤
 *      │          ▼       (backoff, hold) └──────► cancelled
 *   (needs others)  unreachable (something it needs failed for good)
 *
 * Blocked, queued or waiting jobs also succeed at once when a wheel that was built for another target serves theirs.
 */
export const jobStates = [
  'blocked',
  'queued',
  'claimed',
  'running',
  'waiting',
  'unreachable',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type JobState = (typeof jobStates)[number];

const transitions: Readonly<Record<JobState, readonly JobState[]>> = {
  blocked: ['queued', 'unreachable', 'succeeded', 'cancelled'],
  // Also where a lease ended and its worker comes back before anybody else took the job.
  queued: ['claimed', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'],
  claimed: ['running', 'queued', 'waiting', 'succeeded', 'failed', 'cancelled'],
  running: ['queued', 'waiting', 'succeeded', 'failed', 'cancelled'],
  waiting: ['queued', 'succeeded', 'cancelled'],
  unreachable: ['queued', 'blocked', 'cancelled'],
  succeeded: [],
  failed: ['queued'],
  cancelled: ['queued', 'blocked'],
};

export const canJobMove = (from: JobState, to: JobState): boolean => transitions[from].includes(to);

/** Ended for good unless an operator retries it. */
export const isJobEnded = (state: JobState): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'unreachable';
