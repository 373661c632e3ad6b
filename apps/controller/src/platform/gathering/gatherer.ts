interface Call<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer | PromiseLike<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/** Serves a batch: one answer for each request, in their order. An answer that is a promise holds up nobody else. */
export type ServeBatch<Request, Answer> = (
  requests: readonly Request[],
) => Promise<readonly (Answer | PromiseLike<Answer>)[]>;

/**
 * Serves calls that come at the same time together (decision 5). There is no timer: an idle gatherer serves what one turn
 * of the event loop brings, and while a batch is being served the next one forms. Where several may be served side by
 * side, one begins beside others once as many calls wait as they serve: what a batch costs by itself is shared by no fewer.
 */
export class Gatherer<Request, Answer> {
  readonly #calls: Call<Request, Answer>[] = [];
  #isBeginning = false;
  #batches = 0;
  /** Calls of the batches that are being served. */
  #served = 0;

  constructor(
    private readonly serve: ServeBatch<Request, Answer>,
    private readonly bounds: {
      /** Most calls of one batch. */
      readonly calls: number;
      /** Batches that are served side by side; 1 unless told. */
      readonly batches?: number;
      /** Runs something at the end of this turn of the event loop; `setImmediate` unless told. */
      readonly afterTurn?: (run: () => void) => void;
    },
  ) {}

  /** Rejects with what `serve` threw, or with what its answer to this request was rejected with. */
  ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ request, resolve, reject });
      if (this.#isBeginning || !this.#mayBegin()) return;
      this.#isBeginning = true;
      (this.bounds.afterTurn ?? setImmediate)(() => {
        this.#isBeginning = false;
        void this.#run();
      });
    });
  }

  #mayBegin(): boolean {
    const waiting = this.#calls.length;
    return waiting > 0 && waiting >= this.#served && this.#batches < (this.bounds.batches ?? 1);
  }

  async #run(): Promise<void> {
    while (this.#mayBegin()) {
      const batch = this.#calls.splice(0, this.bounds.calls);
      this.#batches += 1;
      this.#served += batch.length;
      await this.#serveBatch(batch);
      this.#batches -= 1;
      this.#served -= batch.length;
    }
  }

  async #serveBatch(batch: readonly Call<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.serve(batch.map((call) => call.request));
      if (answers.length !== batch.length) throw new Error('a batch was not answered as a whole');
      answers.forEach((answer, index) => batch[index]?.resolve(answer));
    } catch (error) {
      for (const call of batch) call.reject(error);
    }
  }
}
