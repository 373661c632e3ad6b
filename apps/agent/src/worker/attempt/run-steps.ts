import type { Phase } from '@ironwheel/contracts';
import type { DriverStep } from '@ironwheel/plugin-kit';
import { phaseTimeoutMs, type AttemptContext } from './attempt-context.ts';
import { phaseDone, type PhaseOutcome } from './attempt-failure.ts';
import { runStep } from './run-step.ts';

/** Runs the steps of one phase one after the other; together they have the phase's time. */
export async function runSteps(
  context: AttemptContext,
  phase: Phase,
  steps: readonly DriverStep[],
): Promise<PhaseOutcome> {
  const started = performance.now();
  for (const step of steps) {
    const remainingMs = phaseTimeoutMs(context, phase) - (performance.now() - started);
    const outcome = await runStep(context, step, Math.floor(remainingMs));
    if (outcome.kind !== 'done') return outcome;
  }
  return phaseDone;
}
