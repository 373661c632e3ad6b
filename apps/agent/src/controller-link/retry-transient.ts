import { setTimeout as wait } from 'node:timers/promises';
import { Backoff } from './backoff.ts';
import { ControllerError } from './controller-error.ts';

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly backoff?: Backoff;
  /** Told of each failure that will be retried. */
  readonly onRetry?: (error: ControllerError, waitMs: number) => void;
}

/** Repeats `call` until it succeeds or is refused. Rejects with the signal's reason when that aborts first. */
export async function retryTransient<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const backoff = options.backoff ?? new Backoff();
  for (;;) {
    options.signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ControllerError) || !error.mayRetry) throw error;
      const waitMs = backoff.next(error.retryAfterMs);
      options.onRetry?.(error, waitMs);
      await wait(waitMs, undefined, { signal: options.signal });
    }
  }
}
