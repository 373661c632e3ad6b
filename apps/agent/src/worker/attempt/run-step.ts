import {
  DriverFileError,
  driverExitCodes,
  networkSteps,
  phaseOfStep,
  RunnerError,
  type DriverStep,
  type StepEnd,
  type StepHandle,
} from '@ironwheel/plugin-kit';
import { phaseTimeoutMs, type AttemptContext } from './attempt-context.ts';
import { failPhase, phaseDone, type PhaseOutcome } from './attempt-failure.ts';
import { AttemptStoppedError, type AttemptStop } from './attempt-state.ts';
import { EventFollower } from './follow-events.ts';
import { toStepEnvironment, toSystemPackages } from './step-environment.ts';
import { StepWatch, type WatchVerdict } from './step-watch.ts';

/** After a stop the runner has this long to say that the step has ended. */
const stopPatienceMs = 60_000;

const stopOf = (signal: AbortSignal): AttemptStop =>
  signal.reason instanceof AttemptStoppedError ? signal.reason.stop : { kind: 'worker-stopping' };

/** Waits for the end of a step; one that was told to stop and never ends is given up. */
const waitForEnd = async (
  context: AttemptContext,
  handle: StepHandle,
  stopped: Promise<void>,
): Promise<StepEnd> => {
  let patience: NodeJS.Timeout | undefined;
  const givenUp = stopped.then(
    () =>
      new Promise<StepEnd>((resolve) => {
        patience = setTimeout(() => {
          const detail = `the runner did not end the step within ${stopPatienceMs / 1000} s`;
          resolve({ reason: 'runner_failed', exitCode: null, detail, maxRssBytes: null, cpuS: null });
        }, stopPatienceMs);
      }),
  );
  try {
    return await Promise.race([context.runner.wait(handle), givenUp]);
  } finally {
    clearTimeout(patience);
  }
};

/** The outcome of a step that ended by itself or was ended by its runner. */
const judgeEnd = (
  context: AttemptContext,
  step: DriverStep,
  end: StepEnd,
  flooded: boolean,
): PhaseOutcome => {
  const { notes, claim } = context;
  const phase = phaseOfStep[step];
  const lines = notes.error !== null && notes.error.lines.length > 0 ? notes.error.lines : notes.lastLines;
  const fail = (code: string, message: string): PhaseOutcome =>
    failPhase(phase, code, message, { lines, exitCode: end.exitCode });
  switch (end.reason) {
    case 'timeout':
      return fail(
        'PHASE_TIMEOUT',
        `The ${phase} phase took longer than ${phaseTimeoutMs(context, phase) / 1000} s.`,
      );
    case 'out_of_memory':
      return fail(
        'OUT_OF_MEMORY',
        `The build was killed at its limit of ${claim.limits.memory_bytes} bytes of memory. ${end.detail}`,
      );
    case 'disk_full':
      return fail('DISK_FULL', `The build took more disk than allowed. ${end.detail}`);
    case 'vanished':
      return fail('STEP_VANISHED', `The step's process vanished without an exit. ${end.detail}`);
    case 'runner_failed':
    case 'stopped':
      return fail('RUNNER_FAILED', `The runner ended the step. ${end.detail}`);
    case 'exited':
      break;
  }
  if (flooded)
    return fail('DRIVER_OUTPUT_FLOOD', 'The event file of the step is larger than any driver writes.');
  if (end.exitCode === driverExitCodes.ok) return phaseDone;
  if (notes.error !== null) {
    return { kind: 'failed', phase, error: { ...notes.error, lines }, exitCode: end.exitCode };
  }
  return fail(
    'STEP_FAILED',
    `The ${step} step ended with exit code ${end.exitCode ?? 'none'} and gave no reason of its own. ${end.detail}`,
  );
};

const judgeVerdict = (context: AttemptContext, step: DriverStep, verdict: WatchVerdict): PhaseOutcome => {
  const phase = phaseOfStep[step];
  const more = { lines: context.notes.lastLines };
  switch (verdict.kind) {
    case 'aborted':
      return { kind: 'stopped', stop: stopOf(context.signal) };
    case 'idle':
      return failPhase(
        phase,
        'IDLE_TIMEOUT',
        `The ${step} step printed nothing for ${verdict.seconds} s.`,
        more,
      );
    case 'timeout':
      return failPhase(
        phase,
        'PHASE_TIMEOUT',
        `The ${phase} phase took longer than ${verdict.seconds} s.`,
        more,
      );
    case 'disk':
      return failPhase(
        phase,
        'DISK_FULL',
        `The work directory grew to ${verdict.bytes} bytes; ${context.claim.limits.disk_bytes} are allowed.`,
        more,
      );
  }
};

/**
 * Runs one step of the build driver to its end. The handle is on disk before the wait. `remainingMs` is what is left of
 * the phase's time.
 */
export async function runStep(
  context: AttemptContext,
  step: DriverStep,
  remainingMs: number,
): Promise<PhaseOutcome> {
  const { claim, record, runner, notes, log, signal } = context;
  const phase = phaseOfStep[step];
  const isStopped = (): boolean => signal.aborted;
  if (isStopped()) return { kind: 'stopped', stop: stopOf(signal) };
  if (remainingMs <= 0) return failPhase(phase, 'PHASE_TIMEOUT', `No time was left for the ${step} step.`);
  notes.error = null;

  let handle: StepHandle;
  try {
    handle = await runner.start({
      attemptId: claim.attempt_id,
      step,
      workDirectory: record.workDirectory,
      pythonTag: claim.job.python_tag,
      platformTag: claim.job.platform_tag,
      network: networkSteps.includes(step),
      environment: toStepEnvironment(claim, step),
      systemPackages: toSystemPackages(claim.recipes),
      limits: {
        timeoutMs: remainingMs,
        memoryBytes: claim.limits.memory_bytes,
        pids: claim.limits.pids,
        cpus: claim.limits.cpus,
        diskBytes: claim.limits.disk_bytes,
      },
    });
  } catch (error) {
    if (isStopped()) return { kind: 'stopped', stop: stopOf(signal) };
    const code = error instanceof RunnerError ? error.code : 'RUNNER_FAILED';
    return failPhase(
      phase,
      code,
      `The ${step} step could not be started: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    await record.saveHandle(handle);
  } catch (error) {
    // A step that a later life could not find must not run on.
    await runner.stop(handle);
    throw error;
  }

  const seen: { verdict: WatchVerdict | null; unsafe: DriverFileError | null; readBytes: number } = {
    verdict: null,
    unsafe: null,
    readBytes: 0,
  };
  const stopped = Promise.withResolvers<undefined>();
  const watch = new StepWatch({
    workDirectory: record.workDirectory,
    idleMs: claim.limits.idle_output_s * 1000,
    timeoutMs: remainingMs,
    diskBytes: claim.limits.disk_bytes,
    signal,
    onVerdict: (reached) => {
      seen.verdict = reached;
      void runner
        .stop(handle)
        .catch((error: unknown) => context.logger.error('The runner could not stop a step.', { error }))
        .finally(() => stopped.resolve(undefined));
    },
  });
  const maxBytes = claim.limits.log_max_bytes * 6 + 64 * 1024 * 1024;
  const follower = new EventFollower({
    workDirectory: record.workDirectory,
    step,
    maxBytes,
    onEvent: (event) => {
      notes.take(event);
      if (event.type === 'output') log.write(event.text);
    },
    onIgnored: () => {
      notes.ignoredLines += 1;
    },
    onProgress: (bytes) => {
      seen.readBytes += bytes;
      watch.noteOutput();
    },
  });
  let end: StepEnd;
  try {
    end = await waitForEnd(context, handle, stopped.promise);
  } finally {
    watch.close();
    await follower.finish().catch((error: unknown) => {
      if (!(error instanceof DriverFileError)) throw error;
      seen.unsafe = error;
    });
  }
  notes.noteStepEnd(end);
  if (seen.verdict !== null) return judgeVerdict(context, step, seen.verdict);
  if (seen.unsafe !== null) {
    return failPhase(
      phase,
      'DRIVER_FILE_UNSAFE',
      `The build changed the driver's event file: ${seen.unsafe.message}`,
    );
  }
  return judgeEnd(context, step, end, seen.readBytes >= maxBytes);
}
