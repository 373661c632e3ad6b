import { setTimeout as delay } from 'node:timers/promises';

/** Waits; returns early when the signal aborts. Never throws for that. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!isAborted(signal)) throw error;
  });
}

/** The state of a signal now: a plain read of `aborted` would be taken for unchanged after an earlier one. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted;
