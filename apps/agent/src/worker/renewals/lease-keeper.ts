import { setTimeout as wait } from 'node:timers/promises';
import type { Phase } from '@ironwheel/contracts';
import { Backoff } from '../../controller-link/backoff.ts';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import { ControllerError } from '../../controller-link/controller-error.ts';
import { renewLease } from '../../controller-link/worker-calls.ts';
import type { RenewReport } from './renew-messages.ts';

/** Retries stay well inside what is left of a lease. */
const retryMinMs = 500;
const retryMaxMs = 8000;
const callTimeoutMs = 10_000;

interface HeldLease {
  readonly fencing: number;
  readonly renewEveryMs: number;
  phase: Phase | null;
  readonly stop: AbortController;
  /** Cuts a wait short: there is news for the controller. Null while the controller is away. */
  nudge: AbortController | null;
}

/** Renews every held lease by itself, each in a loop of its own, until it is released or lost. */
export class LeaseKeeper {
  readonly #held = new Map<string, HeldLease>();

  constructor(
    readonly client: ControllerClient,
    readonly report: (report: RenewReport) => void,
  ) {}

  hold(attemptId: string, lease: { readonly fencing: number; readonly renewEveryMs: number }): void {
    if (this.#held.has(attemptId)) return;
    const held: HeldLease = { ...lease, phase: null, stop: new AbortController(), nudge: null };
    this.#held.set(attemptId, held);
    void this.#keep(attemptId, held);
  }

  /** The controller hears of it at once, so that people see where a build is. */
  setPhase(attemptId: string, phase: Phase): void {
    const held = this.#held.get(attemptId);
    if (held === undefined || held.phase === phase) return;
    held.phase = phase;
    held.nudge?.abort();
  }

  release(attemptId: string): void {
    this.#held.get(attemptId)?.stop.abort();
    this.#held.delete(attemptId);
  }

  releaseAll(): void {
    for (const attemptId of [...this.#held.keys()]) this.release(attemptId);
  }

  async #keep(attemptId: string, held: HeldLease): Promise<void> {
    const { signal } = held.stop;
    const isStopped = (): boolean => signal.aborted;
    const backoff = new Backoff(retryMinMs, Math.min(retryMaxMs, held.renewEveryMs));
    let failures = 0;
    let waitMs = held.renewEveryMs;
    for (;;) {
      // A controller that is away is asked again in its own time, whatever the phase.
      held.nudge = failures === 0 ? new AbortController() : null;
      const cut = held.nudge === null ? signal : AbortSignal.any([signal, held.nudge.signal]);
      await wait(waitMs, undefined, { signal: cut }).catch(() => undefined);
      held.nudge = null;
      if (isStopped()) return;
      const { phase } = held;
      try {
        const body = { fencing: held.fencing, ...(phase === null ? {} : { phase }) };
        const outcome = await renewLease(this.client, attemptId, body, callTimeoutMs);
        if (isStopped()) return;
        if (outcome.kind === 'lost') {
          this.release(attemptId);
          this.report({ type: 'lost', attempt_id: attemptId, code: outcome.code, detail: outcome.detail });
          return;
        }
        failures = 0;
        backoff.reset();
        // A phase that began while this was on its way is news again.
        waitMs = held.phase !== phase ? 0 : held.renewEveryMs;
        this.report({ type: 'renewed', attempt_id: attemptId, answer: outcome.answer });
      } catch (error) {
        // Also a refusal is tried again: only the codes of `renewLease` say that the lease is gone.
        failures += 1;
        waitMs = backoff.next(error instanceof ControllerError ? error.retryAfterMs : null);
        const detail = error instanceof Error ? error.message : String(error);
        this.report({ type: 'late', attempt_id: attemptId, failures, detail });
      }
    }
  }
}
