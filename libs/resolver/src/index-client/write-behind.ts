const mostPendingBytes = 64 * 1024 * 1024;

/** Writing begins when nothing was brought for so long, */
const quietMs = 1_000;
/** or when the first has waited so long. */
const longestWaitMs = 10_000;

/** Each takes a thread and the turns of the event loop that a plan needs; a disk is no faster for more. */
const writesAtATime = 4;

interface Pending<Value> {
  readonly value: Value;
  readonly written: Promise<void>;
}

/**
 * Writes of a cache that nobody waits for: whoever asked goes on, and the disk follows once it is quiet, for a plan
 * brings hundreds and a file takes longer to write than to read. When more bytes wait than the bound, whoever brings
 * more waits for its own. What waits is found here; who would change it on the disk waits for it first.
 */
export class WriteBehind<Value> {
  readonly #queue: (() => Promise<void>)[] = [];
  readonly #pending = new Map<string, Pending<Value>>();
  #bytes = 0;
  #writers = 0;
  #timer: NodeJS.Timeout | null = null;
  #firstAt = 0;
  #lastAt = 0;

  /** The last that was brought under a key, as long as it is not written. */
  find(key: string): Value | undefined {
    return this.#pending.get(key)?.value;
  }

  /** `write` does not throw. */
  async add(key: string, value: Value, bytes: number, write: () => Promise<void>): Promise<void> {
    const before = this.#pending.get(key)?.written;
    const written = new Promise<void>((resolve) => {
      this.#queue.push(async () => {
        await before;
        await write();
        this.#bytes -= bytes;
        if (this.#pending.get(key)?.written === written) this.#pending.delete(key);
        resolve();
      });
    });
    this.#bytes += bytes;
    this.#pending.set(key, { value, written });
    this.#wait();
    if (this.#bytes <= mostPendingBytes) return;
    this.#start();
    await written;
  }

  /** Writes what waits, and returns when that of this key is written. */
  async settle(key: string): Promise<void> {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    this.#start();
    await pending.written;
  }

  /** Writes what waits, now. */
  async flush(): Promise<void> {
    this.#start();
    await Promise.all([...this.#pending.values()].map(({ written }) => written));
  }

  #wait(): void {
    this.#lastAt = performance.now();
    if (this.#timer !== null) return;
    this.#firstAt = this.#lastAt;
    this.#timer = setTimeout(() => this.#look(), quietMs);
  }

  #look(): void {
    const now = performance.now();
    const restMs = Math.min(this.#lastAt + quietMs, this.#firstAt + longestWaitMs) - now;
    if (restMs <= 0) this.#start();
    else this.#timer = setTimeout(() => this.#look(), Math.ceil(restMs));
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#writers < Math.min(writesAtATime, this.#queue.length)) {
      this.#writers += 1;
      void this.#write();
    }
  }

  async #write(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) await next();
    this.#writers -= 1;
  }
}
