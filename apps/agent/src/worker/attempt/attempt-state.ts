/**
 * Where an attempt stands, from the claim to the last word about it.
 *
 *   claimed ──► running ──► delivering ──► reported
 *      │           │             │
 *      └───────────┴─────────────┴──────► dropped      the lease is lost: nothing more may be said
 *
 * `delivering` has a result on disk: a later life of the worker goes on there. From `claimed` and `running` a later
 * life goes to `delivering` with the result "the worker was restarted".
 */
export const attemptStates = ['claimed', 'running', 'delivering', 'reported', 'dropped'] as const;
export type LocalAttemptState = (typeof attemptStates)[number];

const transitions: Readonly<Record<LocalAttemptState, readonly LocalAttemptState[]>> = {
  claimed: ['running', 'delivering', 'dropped'],
  running: ['delivering', 'dropped'],
  delivering: ['reported', 'dropped'],
  reported: [],
  dropped: [],
};

/** Throws for a transition that is not in the chart: a defect of the coordinator. */
export const toAttemptState = (from: LocalAttemptState, to: LocalAttemptState): LocalAttemptState => {
  if (!transitions[from].includes(to)) throw new Error(`an attempt cannot go from ${from} to ${to}`);
  return to;
};

/** Why a running attempt is to stop. */
export type AttemptStop =
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'lease-lost'; readonly code: string; readonly detail: string }
  | { readonly kind: 'worker-stopping' };

/** Reason of the attempt's abort signal. */
export class AttemptStoppedError extends Error {
  readonly stop: AttemptStop;

  constructor(stop: AttemptStop) {
    super(`the attempt is to stop: ${stop.kind}`);
    this.name = 'AttemptStoppedError';
    this.stop = stop;
  }
}
