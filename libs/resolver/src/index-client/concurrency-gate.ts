/** Lets a bounded number of tasks run; the others wait in order. */
export class ConcurrencyGate {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) {
      // Whoever ends hands its place over, so the count does not change.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** Bounds requests in all, and to one host: a slow host does not take the places of the others. */
export class RequestGate {
  readonly #all: ConcurrencyGate;
  readonly #perHost: number;
  readonly #hosts = new Map<string, ConcurrencyGate>();

  constructor(limits: { readonly all: number; readonly perHost: number }) {
    this.#all = new ConcurrencyGate(limits.all);
    this.#perHost = limits.perHost;
  }

  run<T>(host: string, task: () => Promise<T>): Promise<T> {
    let gate = this.#hosts.get(host);
    if (gate === undefined) {
      gate = new ConcurrencyGate(this.#perHost);
      this.#hosts.set(host, gate);
    }
    return gate.run(() => this.#all.run(task));
  }
}
