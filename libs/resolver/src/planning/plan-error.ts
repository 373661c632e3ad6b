/** A reason why no plan can be made. */
export interface PlanProblem {
  readonly code:
    'conflicting_pins' | 'url_unsupported' | 'constraint_invalid' | 'marker_invalid' | 'no_input';
  /** The project, where the problem is about one. */
  readonly name: string | null;
  readonly text: string;
}

/** What was asked for contradicts itself or cannot be planned; every reason is in `problems`. */
export class PlanUnresolvableError extends Error {
  override readonly name = 'PlanUnresolvableError';
  readonly code = 'PLAN_UNRESOLVABLE';
  readonly family = 'request';
  readonly problems: readonly PlanProblem[];

  constructor(problems: readonly PlanProblem[]) {
    super(problems.map(({ text }) => text).join('\n'));
    this.problems = problems;
  }
}
