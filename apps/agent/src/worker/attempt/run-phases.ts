import type { Phase } from '@ironwheel/contracts';
import type { AttemptContext } from './attempt-context.ts';
import { failPhase, phaseDone, type PhaseOutcome } from './attempt-failure.ts';
import { AttemptStoppedError } from './attempt-state.ts';
import { runBuildPhase } from './phase-build.ts';
import { runFetchPhase } from './phase-fetch.ts';
import { runPreparePhase } from './phase-prepare.ts';
import { runRepairPhase } from './phase-repair.ts';
import { runVerifyPhase } from './phase-verify.ts';

type RunPhase = (context: AttemptContext) => Promise<PhaseOutcome>;

/** Every phase but `upload`, which starts when these have ended, well or not (`phase-upload.ts`). */
const buildPhases: readonly (readonly [Phase, RunPhase])[] = [
  ['prepare', runPreparePhase],
  ['fetch', runFetchPhase],
  ['build', runBuildPhase],
  ['repair', runRepairPhase],
  ['verify', runVerifyPhase],
];

const runOne = async (context: AttemptContext, phase: Phase, run: RunPhase): Promise<PhaseOutcome> => {
  try {
    return await run(context);
  } catch (error) {
    if (context.signal.reason instanceof AttemptStoppedError) {
      return { kind: 'stopped', stop: context.signal.reason.stop };
    }
    context.logger.error('A phase broke in the worker itself.', { phase, error });
    const detail = error instanceof Error ? error.message : String(error);
    return failPhase(phase, 'WORKER_DEFECT', `The worker itself failed in the ${phase} phase: ${detail}`);
  }
};

/** Runs the phases in their order until one does not end well. */
export async function runPhases(
  context: AttemptContext,
  onPhase: (phase: Phase) => void,
): Promise<PhaseOutcome> {
  for (const [phase, run] of buildPhases) {
    context.notes.startPhase(phase);
    onPhase(phase);
    const outcome = await runOne(context, phase, run);
    context.notes.finishPhase(outcome.kind === 'done');
    if (outcome.kind !== 'done') return outcome;
  }
  return phaseDone;
}
