/**
 * The supervisor and its link to the controller.
 *
 *   starting ──► connecting ──► greeting ──► linked
 *                  ▲    │           │           │
 *                  │    ▼           ▼           ▼
 *                  └─ waiting ◄─────┴───────────┤
 *                                               ├──► refused    its key was revoked: it stays up, asks nobody, does nothing
 *   any ──► stopped                             ┘
 *
 * `refused` is no end: a process that ended would be started anew by its unit, for ever. A new installation starts it anew.
 */
export const supervisorStates = [
  'starting',
  'connecting',
  'greeting',
  'linked',
  'waiting',
  'refused',
  'stopped',
] as const;
export type SupervisorState = (typeof supervisorStates)[number];

const transitions: Readonly<Record<SupervisorState, readonly SupervisorState[]>> = {
  starting: ['connecting', 'stopped'],
  connecting: ['greeting', 'waiting', 'refused', 'stopped'],
  greeting: ['linked', 'waiting', 'refused', 'stopped'],
  linked: ['waiting', 'refused', 'stopped'],
  waiting: ['connecting', 'stopped'],
  refused: ['stopped'],
  stopped: [],
};

/** Throws for a transition that is not in the chart: a defect of the wiring. */
export const toSupervisorState = (from: SupervisorState, to: SupervisorState): SupervisorState => {
  if (!transitions[from].includes(to)) throw new Error(`a supervisor cannot go from ${from} to ${to}`);
  return to;
};
