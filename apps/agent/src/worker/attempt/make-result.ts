import { resultSchema, type AttemptResult } from '@ironwheel/contracts';
import { guessCause } from '@ironwheel/decisions';
import type { AttemptContext } from './attempt-context.ts';
import type { PhaseOutcome } from './attempt-failure.ts';

/** The error of an attempt that the worker ended because it is itself ending. */
const workerStopped = {
  code: 'WORKER_STOPPED',
  message: 'The worker was stopped before the build was done.',
  lines: [],
};

/**
 * The result of an attempt, checked against the contract. The worker names the cause as far as the error's code tells;
 * the controller has the last word.
 */
export const makeResult = (context: AttemptContext, outcome: PhaseOutcome): AttemptResult => {
  const { claim, notes, log, settings, record } = context;
  const status =
    outcome.kind === 'done'
      ? 'succeeded'
      : outcome.kind === 'stopped' && outcome.stop.kind === 'cancelled'
        ? 'cancelled'
        : 'failed';
  const error =
    outcome.kind === 'failed'
      ? outcome.error
      : outcome.kind === 'stopped' && status === 'failed'
        ? workerStopped
        : null;
  const exitCode = outcome.kind === 'failed' ? outcome.exitCode : null;
  const phase = outcome.kind === 'failed' ? outcome.phase : (notes.phases.at(-1)?.phase ?? null);
  const droppedBytes = log.totals.droppedBytes + notes.driverDroppedBytes;
  const lines = error?.lines.map(({ line_no: no, text }) => ({ no, text })) ?? [];
  const cause =
    status === 'succeeded'
      ? null
      : error === workerStopped
        ? 'worker'
        : guessCause({ status, phase, errorCode: error?.code ?? null, exitCode, lines });
  return resultSchema.parse({
    fencing: claim.fencing,
    status,
    phase: status === 'succeeded' ? null : phase,
    cause,
    exit_code: exitCode,
    error,
    artifacts:
      status === 'succeeded'
        ? notes.artifacts.map(({ filename, sha256, size }) => ({ filename, sha256, size }))
        : [],
    phases: notes.phases.slice(0, 40),
    provider_observations: notes.observations,
    environment: notes.environment,
    runner: settings.runnerName,
    duration_s: Math.max(0, Math.round((Date.now() - record.claimedAt.getTime()) / 1000)),
    log: { bytes: log.totals.bytes, truncated: droppedBytes > 0, dropped_bytes: droppedBytes },
  });
};
