import type { AttemptContext } from './attempt-context.ts';
import type { PhaseOutcome } from './attempt-failure.ts';
import { runSteps } from './run-steps.ts';

/** Everything that comes from outside: the sdist, its build requirements, and what its backend asks for besides. */
export const runFetchPhase = (context: AttemptContext): Promise<PhaseOutcome> =>
  runSteps(context, 'fetch', ['fetch', 'requires', 'fetch-more']);
