const mostBusyMs = 15;

const giveWay = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Lets others of the process come to their turn between pieces of work that do not wait for anything: answers that
 * arrived together would be read in one go. Pieces pass in order, each after the one before.
 */
export class LoopTurns {
  #before: Promise<void> = Promise.resolve();
  #since = performance.now();

  next(): Promise<void> {
    this.#before = this.#before.then(() => this.#take());
    return this.#before;
  }

  async #take(): Promise<void> {
    if (performance.now() - this.#since < mostBusyMs) return;
    await giveWay();
    this.#since = performance.now();
  }
}
