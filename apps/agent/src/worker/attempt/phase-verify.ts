import type { AttemptContext } from './attempt-context.ts';
import { failPhase, phaseDone, type PhaseOutcome } from './attempt-failure.ts';
import { checkArtifacts } from './kept-artifacts.ts';
import { runSteps } from './run-steps.ts';

/** The driver proves the wheel; then the worker looks for itself at the files that will be uploaded. */
export async function runVerifyPhase(context: AttemptContext): Promise<PhaseOutcome> {
  const outcome = await runSteps(context, 'verify', ['verify']);
  if (outcome.kind !== 'done') return outcome;
  const checked = await checkArtifacts(context.record.workDirectory, context.notes.artifacts);
  if (checked.kind === 'bad') return failPhase('verify', checked.code, checked.detail);
  context.notes.setArtifacts(checked.artifacts);
  return phaseDone;
}
