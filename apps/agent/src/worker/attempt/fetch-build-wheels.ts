import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildWheel } from '@ironwheel/contracts';
import { findWheelFileName } from '@ironwheel/packaging';
import { fetchServedWheel } from '../../controller-link/attempt-calls.ts';
import { retryTransient } from '../../controller-link/retry-transient.ts';
import type { AttemptContext } from './attempt-context.ts';
import { failPhase, phaseDone, type PhaseOutcome } from './attempt-failure.ts';
import { saveStream } from './save-stream.ts';

/**
 * Brings wheels that only the controller has, for example bootstrapped build requirements, into `<work>/given/`, where
 * the driver's pip looks beside the index. The container of a build need not reach the controller for it.
 */
export async function fetchBuildWheels(
  context: AttemptContext,
  wheels: readonly BuildWheel[],
): Promise<PhaseOutcome> {
  if (wheels.length === 0) return phaseDone;
  const { client, signal, logger } = context;
  if (client === null) {
    return failPhase('prepare', 'JOB_INVALID', 'Its build needs wheels of a controller, and there is none.');
  }
  const directory = join(context.record.workDirectory, 'given');
  await mkdir(directory, { recursive: true, mode: 0o755 });
  for (const wheel of wheels) {
    // The name becomes a path here, and it came from a server.
    if (findWheelFileName(wheel.filename) === undefined) {
      return failPhase('prepare', 'JOB_INVALID', `"${wheel.filename}" is no wheel file name (PEP 427).`);
    }
    try {
      const open = () => fetchServedWheel(client, wheel, signal);
      const digest = await retryTransient(() => saveStream(open, join(directory, wheel.filename), signal), {
        signal,
        onRetry: (error, waitMs) =>
          logger.warn('A wheel of a build requirement cannot be fetched yet.', {
            filename: wheel.filename,
            detail: error.message,
            wait_ms: waitMs,
          }),
      });
      if (digest !== wheel.sha256) {
        const message = `${wheel.filename} from the controller has SHA-256 ${digest}, not ${wheel.sha256}.`;
        return failPhase('prepare', 'BUILD_REQUIREMENT_HASH_MISMATCH', message);
      }
    } catch (error) {
      signal.throwIfAborted();
      const detail = error instanceof Error ? error.message : String(error);
      const message = `${wheel.filename}, a build requirement, cannot be had from the controller: ${detail}`;
      return failPhase('prepare', 'BUILD_REQUIREMENT_FETCH_FAILED', message);
    }
  }
  return phaseDone;
}
