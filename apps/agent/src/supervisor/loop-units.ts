import { setTimeout as wait } from 'node:timers/promises';
import type { UnitsState, WorkerUnit } from './units/worker-unit.ts';

const lookEveryMs = 5000;

/** Looks at the units every few seconds and tells when they are not as before. */
export class UnitsLoop {
  #last: UnitsState = { process_state: 'unknown', units: [] };
  #looking: Promise<UnitsState> | null = null;

  constructor(
    readonly unit: WorkerUnit,
    readonly onChange: (state: UnitsState) => void,
  ) {}

  /** As they were at the last look. */
  get last(): UnitsState {
    return this.#last;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await wait(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A look now; one that is under way may have seen what was before, so another follows it. */
  async look(): Promise<UnitsState> {
    if (this.#looking !== null) await this.#looking;
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<UnitsState> {
    const state = await this.unit.look();
    const isNews = JSON.stringify(state) !== JSON.stringify(this.#last);
    this.#last = state;
    if (isNews) this.onChange(state);
    return state;
  }
}
