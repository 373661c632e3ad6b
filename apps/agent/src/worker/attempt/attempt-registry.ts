import type { Phase } from '@ironwheel/contracts';
import type { AttemptAccess } from '../../controller-link/attempt-calls.ts';
import type { AttemptStop, LocalAttemptState } from './attempt-state.ts';

/** An attempt as the rest of the worker sees it. */
export interface LiveAttempt {
  readonly attemptId: string;
  readonly state: LocalAttemptState;
  readonly phase: Phase | null;
  /** True while it takes a slot: from the claim to the end of its build. */
  readonly takesSlot: boolean;
  stop(stop: AttemptStop): void;
}

/** All attempts of this worker that are not over, and the access of those whose log is still on its way. */
export class AttemptRegistry {
  readonly #live = new Map<string, LiveAttempt>();
  readonly #access = new Map<string, AttemptAccess>();
  #waiters: (() => void)[] = [];

  /** Attempts that the controller still counts as ours. */
  get live(): readonly LiveAttempt[] {
    return [...this.#live.values()];
  }

  get usedSlots(): number {
    return this.live.filter((attempt) => attempt.takesSlot).length;
  }

  has(attemptId: string): boolean {
    return this.#live.has(attemptId) || this.#access.has(attemptId);
  }

  findAccess(attemptId: string): AttemptAccess | null {
    return this.#access.get(attemptId) ?? null;
  }

  add(attempt: LiveAttempt, access: AttemptAccess): void {
    this.#live.set(attempt.attemptId, attempt);
    this.addAccess(access);
  }

  addAccess(access: AttemptAccess): void {
    this.#access.set(access.attemptId, access);
  }

  /** The last word about the attempt was said. */
  settle(attemptId: string): void {
    this.#live.delete(attemptId);
    this.notify();
  }

  /** Nothing of the attempt is left, its log neither. */
  forget(attemptId: string): void {
    this.#access.delete(attemptId);
    this.notify();
  }

  /** Something changed: a slot came free, or an attempt ended. */
  notify(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Resolves at the next change, or when `signal` aborts. */
  changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiters = this.#waiters.filter((waiter) => waiter !== wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiters.push(wake);
    });
  }
}
