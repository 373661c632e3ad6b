/**
 * What was read of one partition and what of it is done. Work ends out of order; an offset is committed only when all
 * before it is done.
 */
export class PartitionProgress {
  /** Offsets that were read and are not done, in their order. */
  readonly #open = new Set<bigint>();
  #next: bigint | null = null;
  #committed: bigint | null = null;

  /** The offset behind the last that was read; null before the first. */
  get next(): bigint | null {
    return this.#next;
  }

  /** False for a record that was read before: after a rebalance it may come again. */
  read(offset: bigint): boolean {
    if (this.#next !== null && offset < this.#next) return false;
    this.#next = offset + 1n;
    this.#open.add(offset);
    return true;
  }

  done(offset: bigint): void {
    this.#open.delete(offset);
  }

  /** The offset to commit: everything before it is done. Null when there is nothing new to say. */
  get committable(): bigint | null {
    const [first] = this.#open;
    const offset = first ?? this.#next;
    return offset === this.#committed ? null : offset;
  }

  committed(offset: bigint): void {
    this.#committed = offset;
  }
}
