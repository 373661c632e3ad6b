import { Heap } from './heap.ts';
import {
  compareOffers,
  toLaneKey,
  type Lane,
  type QueueItem,
  type QueueOffer,
  type QueueStats,
} from './queue.ts';

interface Entry {
  offer: QueueOffer;
  /** Counts changes of the entry: what lies in a heap from before is passed over. */
  version: number;
  /** By which taking it is held, and until when; null while it waits. */
  taken: { readonly receipt: string; readonly until: number } | null;
}

interface Mark {
  readonly entry: Entry;
  readonly version: number;
  /** Key in its heap: for the lanes the offer as it was, for the others a moment. */
  readonly offer: QueueOffer;
  readonly at: number;
}

/** An entry as it is kept or told. */
export interface HeldOffer {
  readonly offer: QueueOffer;
  readonly receipt: string | null;
  readonly until: number | null;
}

/**
 * The order of a queue in memory: lanes, delays and takings. Pure: time and receipts are handed in, so that replaying
 * the same calls gives the same state. For backends that keep their order in the process.
 */
export class QueueMemory {
  readonly #entries = new Map<string, Entry>();
  readonly #lanes = new Map<string, Heap<Mark>>();
  readonly #delayed = new Heap<Mark>((left, right) => left.at - right.at);
  readonly #taken = new Heap<Mark>((left, right) => left.at - right.at);

  get size(): number {
    return this.#entries.size;
  }

  has(jobId: string): boolean {
    return this.#entries.has(jobId);
  }

  ids(): string[] {
    return [...this.#entries.keys()];
  }

  /** The receipt of the taking that holds a job; null when it waits or is not there. */
  receiptOf(jobId: string): string | null {
    return this.#entries.get(jobId)?.taken?.receipt ?? null;
  }

  *entries(): Iterable<HeldOffer> {
    for (const { offer, taken } of this.#entries.values()) {
      yield { offer, receipt: taken?.receipt ?? null, until: taken?.until ?? null };
    }
  }

  offer(offer: QueueOffer): void {
    this.#offer(offer);
  }

  /** Puts back an entry as `entries` told it. */
  restore({ offer, receipt, until }: HeldOffer): void {
    const entry = this.#offer(offer);
    if (receipt !== null && until !== null) this.#hold(entry, receipt, until);
  }

  /** What is due waits in its lane from now on: delays and takings that are over. */
  callUp(now: number): void {
    for (let mark = this.#head(this.#delayed); mark !== undefined && mark.at <= now;) {
      this.#delayed.pop();
      this.#enterLane(mark.entry);
      mark = this.#head(this.#delayed);
    }
    for (let mark = this.#head(this.#taken); mark !== undefined && mark.at <= now;) {
      this.#wait(mark.entry);
      mark = this.#head(this.#taken);
    }
  }

  /** The best jobs of these lanes that may be taken at `now`, without taking them. */
  pick(lanes: readonly Lane[], max: number, now: number): QueueOffer[] {
    this.callUp(now);
    const heaps = [...new Set(lanes.map(toLaneKey))].flatMap((key) => this.#lanes.get(key) ?? []);
    const picked: Mark[] = [];
    while (picked.length < max) {
      let best: Heap<Mark> | null = null;
      for (const heap of heaps) {
        const head = this.#head(heap);
        if (head === undefined) continue;
        const least = best?.peek();
        if (least === undefined || compareOffers(head.offer, least.offer) < 0) best = heap;
      }
      const mark = best?.pop();
      if (mark === undefined) break;
      picked.push(mark);
    }
    // They stay where they were until `take` names them.
    for (const mark of picked) this.#lanes.get(toLaneKey(mark.offer))?.push(mark);
    return picked.map(({ entry }) => entry.offer);
  }

  take(jobId: string, receipt: string, until: number): void {
    const entry = this.#entries.get(jobId);
    if (entry !== undefined) this.#hold(entry, receipt, until);
  }

  /** False when that taking has ended. */
  hold(jobId: string, receipt: string, until: number): boolean {
    const entry = this.#entries.get(jobId);
    if (entry?.taken?.receipt !== receipt) return false;
    this.#hold(entry, receipt, until);
    return true;
  }

  acknowledge(jobId: string, receipt: string): boolean {
    if (this.#entries.get(jobId)?.taken?.receipt !== receipt) return false;
    return this.withdraw(jobId);
  }

  giveBack(jobId: string, receipt: string): boolean {
    const entry = this.#entries.get(jobId);
    if (entry?.taken?.receipt !== receipt) return false;
    this.#wait(entry);
    return true;
  }

  withdraw(jobId: string): boolean {
    const entry = this.#entries.get(jobId);
    if (entry === undefined) return false;
    entry.version += 1;
    return this.#entries.delete(jobId);
  }

  clear(): number {
    const { length } = this.#waiting();
    for (const jobId of this.ids()) this.withdraw(jobId);
    return length;
  }

  list(limit: number, offset: number, now: number): QueueItem[] {
    this.callUp(now);
    const isDelayed = (offer: QueueOffer): number => ((offer.notBefore ?? 0) > now ? 1 : 0);
    return this.#waiting()
      .sort((left, right) => isDelayed(left) - isDelayed(right) || compareOffers(left, right))
      .slice(offset, offset + limit)
      .map(({ jobId, enqueuedAt }) => ({ jobId, enqueuedAt }));
  }

  stats(now: number): QueueStats {
    this.callUp(now);
    let length = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const { offer, taken } of this.#entries.values()) {
      if (taken !== null) continue;
      length += 1;
      oldest = Math.min(oldest, offer.enqueuedAt);
    }
    return { length, oldestAgeS: length === 0 ? null : Math.max(0, now - oldest) / 1000 };
  }

  #offer(offer: QueueOffer): Entry {
    const known = this.#entries.get(offer.jobId);
    const entry: Entry = known ?? { offer, version: 0, taken: null };
    entry.offer = known === undefined ? offer : { ...offer, enqueuedAt: known.offer.enqueuedAt };
    this.#entries.set(offer.jobId, entry);
    this.#wait(entry);
    return entry;
  }

  #waiting(): QueueOffer[] {
    return [...this.#entries.values()].flatMap(({ offer, taken }) => (taken === null ? [offer] : []));
  }

  #head(heap: Heap<Mark>): Mark | undefined {
    for (let mark = heap.peek(); mark !== undefined; mark = heap.peek()) {
      if (mark.version === mark.entry.version) return mark;
      heap.pop();
    }
    return undefined;
  }

  #hold(entry: Entry, receipt: string, until: number): void {
    entry.version += 1;
    entry.taken = { receipt, until };
    this.#taken.push(this.#mark(entry, until));
  }

  #wait(entry: Entry): void {
    entry.version += 1;
    entry.taken = null;
    const { notBefore } = entry.offer;
    if (notBefore === undefined) this.#enterLane(entry);
    else this.#delayed.push(this.#mark(entry, notBefore));
  }

  #enterLane(entry: Entry): void {
    const key = toLaneKey(entry.offer);
    const heap =
      this.#lanes.get(key) ?? new Heap<Mark>((left, right) => compareOffers(left.offer, right.offer));
    this.#lanes.set(key, heap);
    heap.push(this.#mark(entry, 0));
  }

  #mark(entry: Entry, at: number): Mark {
    return { entry, version: entry.version, offer: entry.offer, at };
  }
}
