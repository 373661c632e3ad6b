import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { PlanSource } from '@ironwheel/contracts';
import { fetchSource } from '../../controller-link/attempt-calls.ts';
import { retryTransient } from '../../controller-link/retry-transient.ts';
import type { AttemptContext } from './attempt-context.ts';
import { failPhase, phaseDone, type PhaseOutcome } from './attempt-failure.ts';
import { saveStream } from './save-stream.ts';

/** Brings a source that the controller keeps into `<work>/source/`, checked against its hash. */
export async function fetchKeptSource(context: AttemptContext, source: PlanSource): Promise<PhaseOutcome> {
  const directory = join(context.record.workDirectory, 'source');
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const { client } = context;
  if (client === null) {
    return failPhase('prepare', 'JOB_INVALID', 'Its source is kept by a controller, and there is none.');
  }
  const open = (): Promise<Readable> => fetchSource(client, context.access, context.signal);
  try {
    const digest = await retryTransient(
      () => saveStream(open, join(directory, source.filename), context.signal),
      {
        signal: context.signal,
        onRetry: (error, waitMs) =>
          context.logger.warn('The source cannot be fetched yet.', {
            detail: error.message,
            wait_ms: waitMs,
          }),
      },
    );
    if (source.sha256 !== null && digest !== source.sha256) {
      const message = `The source ${source.filename} from the controller has SHA-256 ${digest}, not ${source.sha256}.`;
      return failPhase('prepare', 'SOURCE_HASH_MISMATCH', message);
    }
    context.notes.noteFact('source_sha256', digest);
    return phaseDone;
  } catch (error) {
    context.signal.throwIfAborted();
    const detail = error instanceof Error ? error.message : String(error);
    return failPhase(
      'prepare',
      'SOURCE_FETCH_FAILED',
      `The source cannot be had from the controller: ${detail}`,
    );
  }
}
