import type { Phase } from '@ironwheel/contracts';
import type { LiveAttempt } from '../attempt/attempt-registry.ts';
import { AttemptStoppedError, type AttemptStop, type LocalAttemptState } from '../attempt/attempt-state.ts';

/** An item that is being built, as the rest of the worker sees it. */
export class DirectAttempt implements LiveAttempt {
  readonly attemptId: string;
  readonly state: LocalAttemptState = 'running';
  readonly takesSlot = true;
  readonly #stop = new AbortController();
  phase: Phase | null = null;

  constructor(attemptId: string) {
    this.attemptId = attemptId;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(stop: AttemptStop): void {
    if (!this.signal.aborted) this.#stop.abort(new AttemptStoppedError(stop));
  }
}
