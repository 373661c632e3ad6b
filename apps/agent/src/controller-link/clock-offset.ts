/** The `Date` header has whole seconds, and the way takes time: less than this is no offset. */
const noiseMs = 3000;

/**
 * How far the controller's clock is ahead of ours, learnt from `Date` headers. Assertions live for a minute, so a host
 * whose clock is wrong by more could never sign in; it signs by the controller's time instead, and says so.
 */
export class ClockOffset {
  #measuredMs = 0;
  #usedMs = 0;

  /** Last measured offset in milliseconds; 0 when below the noise. */
  get measuredMs(): number {
    return this.#measuredMs;
  }

  /** Added to our time when assertions are signed. */
  get usedMs(): number {
    return this.#usedMs;
  }

  measure(dateHeader: string | undefined, nowMs: number): void {
    const date = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader);
    if (Number.isNaN(date)) return;
    const offset = date - nowMs;
    this.#measuredMs = Math.abs(offset) < noiseMs ? 0 : offset;
  }

  /** After a 401: takes over what was measured. True when that is news, so that the call is worth another try. */
  adopt(): boolean {
    if (Math.abs(this.#measuredMs - this.#usedMs) < noiseMs) return false;
    this.#usedMs = this.#measuredMs;
    return true;
  }
}
