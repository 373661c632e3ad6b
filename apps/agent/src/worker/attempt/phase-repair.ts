import type { AttemptContext } from './attempt-context.ts';
import type { PhaseOutcome } from './attempt-failure.ts';
import { runSteps } from './run-steps.ts';

/** Libraries are brought into the wheel and its tags made true (PEP 600), where the platform has the tool. */
export const runRepairPhase = (context: AttemptContext): Promise<PhaseOutcome> =>
  runSteps(context, 'repair', ['repair']);
