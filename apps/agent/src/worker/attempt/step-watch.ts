import { measureDirectory } from './disk-usage.ts';

/** Why the worker itself ended a step. */
export type WatchVerdict =
  | { readonly kind: 'idle'; readonly seconds: number }
  | { readonly kind: 'timeout'; readonly seconds: number }
  | { readonly kind: 'disk'; readonly bytes: number }
  | { readonly kind: 'aborted' };

/** The runner has its own limit of time; the worker's comes this much later, for a runner that does not keep it. */
const timeoutMarginMs = 20_000;
const diskCheckMinMs = 5000;

export interface StepWatchOptions {
  readonly workDirectory: string;
  readonly idleMs: number;
  readonly timeoutMs: number;
  readonly diskBytes: number;
  readonly signal: AbortSignal;
  /** Called once, with the first verdict. */
  onVerdict(verdict: WatchVerdict): void;
}

/** Watches one step: silence, time, disk and the attempt's own end. */
export class StepWatch {
  readonly #options: StepWatchOptions;
  readonly #idle: NodeJS.Timeout;
  readonly #deadline: NodeJS.Timeout;
  #disk: NodeJS.Timeout | null = null;
  #settled = false;
  readonly #onAbort = (): void => this.#settle({ kind: 'aborted' });

  constructor(options: StepWatchOptions) {
    this.#options = options;
    const { idleMs, timeoutMs, signal } = options;
    this.#idle = setTimeout(() => this.#settle({ kind: 'idle', seconds: Math.round(idleMs / 1000) }), idleMs);
    this.#deadline = setTimeout(
      () => this.#settle({ kind: 'timeout', seconds: Math.round(timeoutMs / 1000) }),
      Math.min(timeoutMs + timeoutMarginMs, 2 ** 31 - 1),
    );
    this.#planDiskCheck(diskCheckMinMs);
    if (signal.aborted) queueMicrotask(this.#onAbort);
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The step printed something. */
  noteOutput(): void {
    if (!this.#settled) this.#idle.refresh();
  }

  close(): void {
    this.#settled = true;
    clearTimeout(this.#idle);
    clearTimeout(this.#deadline);
    if (this.#disk !== null) clearTimeout(this.#disk);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }

  #settle(verdict: WatchVerdict): void {
    if (this.#settled) return;
    this.close();
    this.#options.onVerdict(verdict);
  }

  #planDiskCheck(inMs: number): void {
    this.#disk = setTimeout(() => void this.#checkDisk(), inMs);
  }

  async #checkDisk(): Promise<void> {
    const started = performance.now();
    const bytes = await measureDirectory(this.#options.workDirectory, this.#options.diskBytes);
    if (bytes > this.#options.diskBytes) this.#settle({ kind: 'disk', bytes });
    // A large tree takes long to count: the count takes at most a twentieth of the time.
    else if (!this.#settled)
      this.#planDiskCheck(Math.max(diskCheckMinMs, (performance.now() - started) * 20));
  }
}
