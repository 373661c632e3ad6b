export const planProblemCodes = [
  'conflicting_pins',
  'url_unsupported',
  'constraint_invalid',
  'marker_invalid',
  'override_invalid',
  'no_input',
  /** What is wanted contradicts itself somewhere among the dependencies; `steps` is the proof. */
  'conflict',
  /** A bound of the plan was reached. */
  'limit',
  /** Packages need each other to be built. */
  'build_cycle',
] as const;

/** A reason why no plan can be made. */
export interface PlanProblem {
  readonly code: (typeof planProblemCodes)[number];
  /** The project, where the problem is about one. */
  readonly name: string | null;
  readonly text: string;
  /** The proof of a conflict, one sentence each, from the cause to the end. */
  readonly steps?: readonly string[];
}

/** What was asked for contradicts itself or cannot be planned; every reason is in `problems`. */
export class PlanUnresolvableError extends Error {
  override readonly name = 'PlanUnresolvableError';
  readonly code = 'PLAN_UNRESOLVABLE';
  readonly family = 'request';
  readonly problems: readonly PlanProblem[];

  constructor(problems: readonly PlanProblem[], options?: ErrorOptions) {
    super(problems.map(({ text }) => text).join('\n'), options);
    this.problems = problems;
  }
}
