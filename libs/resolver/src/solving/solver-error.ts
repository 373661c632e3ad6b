export type SolverLimitName = 'maxPackages' | 'maxDepth' | 'maxRequirements' | 'maxSteps';

const meanings: Readonly<Record<SolverLimitName, (value: number) => string>> = {
  maxPackages: (value) => `more than ${value} packages would be needed`,
  maxDepth: (value) => `packages stand more than ${value} steps away from what was asked for`,
  maxRequirements: (value) => `one release has more than ${value} requirements`,
  maxSteps: (value) => `no solution was found within ${value} steps`,
};

/** The search was given up; nothing of it may be used. Who asked must ask for less, or have the limit raised. */
export class SolverLimitError extends Error {
  override readonly name = 'SolverLimitError';
  readonly code = 'PLAN_LIMIT';
  readonly family = 'request';

  constructor(
    readonly limit: SolverLimitName,
    readonly value: number,
    /** Where the search stood. */
    readonly at: string,
  ) {
    super(`The limit ${limit} (${value}) is reached at ${at}: ${meanings[limit](value)}.`);
  }
}
