import type { AttemptContext } from './attempt-context.ts';
import type { PhaseOutcome } from './attempt-failure.ts';
import { runSteps } from './run-steps.ts';

/** The build itself (PEP 517), without a network. */
export const runBuildPhase = (context: AttemptContext): Promise<PhaseOutcome> =>
  runSteps(context, 'build', ['build']);
