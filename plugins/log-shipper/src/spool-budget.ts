/** Room that all spools of one shipper share, in bytes. */
export class SpoolBudget {
  #used = 0;
  #droppedBytes = 0;

  constructor(readonly maxBytes: number) {}

  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes of text that were left out since the start, over all logs: they found no room, or could not be written. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  noteDropped(bytes: number): void {
    this.#droppedBytes += bytes;
  }

  /** True and taken, or false and unchanged. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.maxBytes) return false;
    this.#used += bytes;
    return true;
  }

  /** For what lies on disk already: an earlier life paid for it. */
  takeExisting(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used = Math.max(0, this.#used - bytes);
  }
}
