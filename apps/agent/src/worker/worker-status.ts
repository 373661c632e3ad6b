import type { RenewAnswer } from '@ironwheel/contracts';
import type { HealthReport } from './health-gate.ts';
import { toWorkerState, type WorkerState } from './worker-state.ts';

export type DesiredState = RenewAnswer['desired_state'];

/** What the loops and the local endpoints of one worker share. */
export class WorkerStatus {
  #state: WorkerState = 'starting';
  #desired: DesiredState = 'active';
  #quarantined = false;
  #wakeClaims = new AbortController();
  /** Last report of the health gate. */
  health: HealthReport = { ok: true, problems: [] };
  #linked: boolean | null = null;

  get state(): WorkerState {
    return this.#state;
  }

  /** Whether the last call to the controller had an answer; null before the first. */
  get linked(): boolean | null {
    return this.#linked;
  }

  /** A link that comes back ends the claim loop's wait: work may lie ready since the controller's start. */
  setLinked(linked: boolean): void {
    const isBack = linked && this.#linked === false;
    this.#linked = linked;
    if (isBack) this.wakeClaims();
  }

  get desired(): DesiredState {
    return this.#desired;
  }

  move(to: WorkerState): void {
    if (this.#state === to) return;
    this.#state = toWorkerState(this.#state, to);
    this.wakeClaims();
  }

  /** Nothing is granted to this worker for now. */
  get quarantined(): boolean {
    return this.#quarantined;
  }

  /** What the controller said last; `quarantined` undefined: it said nothing of that. True when it is news. */
  setDesired(desired: DesiredState, quarantined: boolean = this.#quarantined): boolean {
    if (this.#desired === desired && this.#quarantined === quarantined) return false;
    this.#desired = desired;
    this.#quarantined = quarantined;
    return true;
  }

  /** Ends the claim loop's present wait: there is something new to look at. */
  wakeClaims(): void {
    const waiting = this.#wakeClaims;
    this.#wakeClaims = new AbortController();
    waiting.abort();
  }

  /** Aborts at the next `wakeClaims`. */
  get wakeSignal(): AbortSignal {
    return this.#wakeClaims.signal;
  }
}
