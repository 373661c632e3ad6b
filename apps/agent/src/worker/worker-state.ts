/**
 * The worker as a process. What the scheduler wants of it (`desired_state`) is another question and kept apart.
 *
 *   starting ──► working ──► draining ──► stopped
 *       └───────────────────────┴───────────┘
 *
 * `draining`: nothing is claimed any more, heartbeats go on until the last attempt is reported.
 */
export const workerStates = ['starting', 'working', 'draining', 'stopped'] as const;
export type WorkerState = (typeof workerStates)[number];

const transitions: Readonly<Record<WorkerState, readonly WorkerState[]>> = {
  starting: ['working', 'draining', 'stopped'],
  working: ['draining'],
  draining: ['stopped'],
  stopped: [],
};

/** Throws for a transition that is not in the chart: a defect of the wiring. */
export const toWorkerState = (from: WorkerState, to: WorkerState): WorkerState => {
  if (!transitions[from].includes(to)) throw new Error(`a worker cannot go from ${from} to ${to}`);
  return to;
};
