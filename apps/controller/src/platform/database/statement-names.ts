/** Statements that are prepared at most, on each connection: their plans are kept in its process. */
const mostNamed = 300;
/** Texts that were seen once and are remembered; who puts a new text together each time fills no memory with it. */
const mostOnce = 1000;

/**
 * Names for the statements that come again, so that Postgres parses and plans them once for each connection. A text gets
 * its name the second time it is seen.
 */
export class StatementNames {
  readonly #once = new Set<string>();
  readonly #names = new Map<string, string>();
  #generation = 0;

  /** Undefined: to be sent without a name. */
  findName(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name !== undefined || this.#names.size >= mostNamed) return name;
    if (!this.#once.delete(text)) {
      if (this.#once.size >= mostOnce) this.#once.clear();
      this.#once.add(text);
      return undefined;
    }
    const given = `ironwheel_${this.#generation}_${this.#names.size}`;
    this.#names.set(text, given);
    return given;
  }

  /** What was prepared does not fit the tables any more: everything is named anew. */
  renew(): void {
    this.#generation += 1;
    this.#names.clear();
  }
}
