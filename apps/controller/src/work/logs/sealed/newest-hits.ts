import type { LogSearchHit } from '../log.row.ts';

/** The newest hits of a search, `limit` of them; a line of an attempt counts once. */
export class NewestHits {
  readonly #hits = new Map<string, LogSearchHit>();
  #entries = 0;

  constructor(readonly limit: number) {}

  add(hits: readonly LogSearchHit[]): void {
    for (const hit of hits) {
      const key = `${hit.attempt_id ?? `entry ${(this.#entries += 1)}`} ${hit.line_no}`;
      if (!this.#hits.has(key)) this.#hits.set(key, hit);
    }
  }

  /** Newest first. */
  list(): LogSearchHit[] {
    return [...this.#hits.values()]
      .sort((left, right) => right.timestamp.localeCompare(left.timestamp))
      .slice(0, this.limit);
  }

  get isFull(): boolean {
    return this.#hits.size >= this.limit;
  }

  /** There are enough hits, and all of them newer than anything from `at` back. */
  isBeyond(at: Date): boolean {
    if (!this.isFull) return false;
    const last = this.list().at(-1);
    return last !== undefined && Date.parse(last.timestamp) >= at.getTime();
  }
}
