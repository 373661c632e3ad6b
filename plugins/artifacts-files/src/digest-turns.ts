/** What is done to one digest is done one after the other; different digests do not wait for each other. */
export class DigestTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<Answer>(sha256: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#last.get(sha256) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(sha256, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(sha256) === turn) this.#last.delete(sha256);
    }
  }
}
