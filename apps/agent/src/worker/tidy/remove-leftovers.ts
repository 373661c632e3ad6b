import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StructuredLogger } from '@ironwheel/logging';
import { AttemptRecord, listAttemptDirectories } from '../attempt/attempt-record.ts';

export interface LeftoverOptions {
  readonly attemptsDirectory: string;
  isKnown(attemptId: string): boolean;
  readonly minAgeMs: number;
  readonly logger: StructuredLogger;
}

/**
 * Removes directories of attempts that are over and that nobody knows any more: their removal failed or was cut off.
 * One whose record says that it is not over stays for the next start of the worker, which reports it.
 */
export async function removeLeftovers(options: LeftoverOptions): Promise<number> {
  const { attemptsDirectory, minAgeMs, logger } = options;
  let removed = 0;
  for (const attemptId of await listAttemptDirectories(attemptsDirectory)) {
    const directory = join(attemptsDirectory, attemptId);
    const facts = await stat(directory).catch(() => null);
    if (facts === null || options.isKnown(attemptId) || Date.now() - facts.mtimeMs < minAgeMs) continue;
    const record = await AttemptRecord.read(attemptsDirectory, attemptId);
    if (record !== null && !record.ended) continue;
    try {
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
      removed += 1;
    } catch (error) {
      logger.warn('What an attempt left could not be removed; it is tried again later.', {
        attempt_id: attemptId,
        error,
      });
    }
  }
  return removed;
}
