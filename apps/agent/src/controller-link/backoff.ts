/** First and largest window of a retry, in milliseconds: 1 s doubling to 64 s (docs/contracts.md). */
const retryWindow = { minMs: 1000, maxMs: 64_000 } as const;

/** Waits between retries: uniform in a window that doubles, so that a fleet never comes back all at once. */
export class Backoff {
  #window: number;

  constructor(
    readonly minMs: number = retryWindow.minMs,
    readonly maxMs: number = retryWindow.maxMs,
    readonly random: () => number = Math.random,
  ) {
    this.#window = minMs;
  }

  /** Milliseconds to wait now. What the controller asked for (`Retry-After`) is the least, jitter comes on top. */
  next(retryAfterMs: number | null = null): number {
    const jitter = this.random() * this.#window;
    this.#window = Math.min(this.#window * 2, this.maxMs);
    return Math.round(retryAfterMs === null ? jitter : retryAfterMs + Math.min(jitter, retryAfterMs));
  }

  reset(): void {
    this.#window = this.minMs;
  }
}
