import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PlanSource } from '@ironwheel/contracts';
import { fetchSource } from '../../controller-link/attempt-calls.ts';
import { ControllerError } from '../../controller-link/controller-error.ts';
import { retryTransient } from '../../controller-link/retry-transient.ts';
import type { AttemptContext } from './attempt-context.ts';
import { failPhase, phaseDone, type PhaseOutcome } from './attempt-failure.ts';

/** More than any sdist; the driver has its own, smaller limit. */
const maxSourceBytes = 2 * 1024 * 1024 * 1024;

class SourceTooLargeError extends Error {}

const streamToFile = async (context: AttemptContext, path: string): Promise<string> => {
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(part: Buffer, _encoding, done) {
      size += part.length;
      hash.update(part);
      if (size > maxSourceBytes) done(new SourceTooLargeError(`larger than ${maxSourceBytes} bytes`));
      else done(null, part);
    },
  });
  const body = await fetchSource(context.client, context.access, context.signal);
  try {
    await pipeline(body, count, createWriteStream(path, { flags: 'wx', mode: 0o644 }), {
      signal: context.signal,
    });
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof SourceTooLargeError) throw error;
    context.signal.throwIfAborted();
    // The stream broke in the middle: as good as no answer.
    throw new ControllerError(
      `GET source: ${String(error)}`,
      { kind: 'unreachable', status: null, code: 'CONTROLLER_UNREACHABLE', retryAfterMs: null, body: null },
      { cause: error },
    );
  }
  return hash.digest('hex');
};

/** Brings a source that the controller keeps into `<work>/source/`, checked against its hash. */
export async function fetchKeptSource(context: AttemptContext, source: PlanSource): Promise<PhaseOutcome> {
  const directory = join(context.record.workDirectory, 'source');
  await mkdir(directory, { recursive: true, mode: 0o755 });
  try {
    const digest = await retryTransient(() => streamToFile(context, join(directory, source.filename)), {
      signal: context.signal,
      onRetry: (error, waitMs) =>
        context.logger.warn('The source cannot be fetched yet.', { detail: error.message, wait_ms: waitMs }),
    });
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
