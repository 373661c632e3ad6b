import { formatRequirementsProblem, type RequirementsProblem } from '@ironwheel/packaging';

/** A file that was handed in cannot be used; `problems` holds one sentence for each reason. */
export class InputInvalidError extends Error {
  override readonly name = 'InputInvalidError';
  readonly code = 'INPUT_INVALID';
  readonly family = 'request';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.problems = problems;
  }
}

export const toInputError = (problems: readonly RequirementsProblem[]): InputInvalidError =>
  new InputInvalidError(problems.map(formatRequirementsProblem));
