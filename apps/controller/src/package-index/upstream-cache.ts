import type { ProjectListing, ProjectNotFound } from '@ironwheel/resolver';

export type UpstreamAnswer = ProjectListing | ProjectNotFound;

export interface CachedAnswer {
  readonly answer: UpstreamAnswer;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a page costs beside its files. */
const pageWeight = 5;
const weigh = ({ answer }: CachedAnswer): number => pageWeight + (answer.found ? answer.files.length : 0);

/** Pages of the upstream index in memory, bounded by the number of their files; the longest unused goes first. */
export class UpstreamCache {
  readonly #maxWeight: number;
  readonly #entries = new Map<string, CachedAnswer>();
  #weight = 0;

  constructor(maxFiles: number) {
    this.#maxWeight = maxFiles;
  }

  get(name: string): CachedAnswer | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    // Re-inserting makes it the youngest.
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry;
  }

  set(name: string, entry: CachedAnswer): void {
    this.#remove(name);
    if (weigh(entry) > this.#maxWeight) return;
    this.#entries.set(name, entry);
    this.#weight += weigh(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#maxWeight) break;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#weight -= weigh(entry);
  }
}
