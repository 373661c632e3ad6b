import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Gatherer } from '../gathering/gatherer.ts';
import type { Database } from './database.ts';
import { shareTransaction } from './shared-transaction.ts';

/** Most pieces of work of one transaction. */
const mostAtOnce = 64;

/**
 * Work of one kind that is asked for at the same time shares a transaction (decision 5). When that fails, nothing was
 * written, and each piece is done in a transaction of its own: who is to blame shows there. What has to be refused without
 * holding up the others is an answer, and not thrown; null is the answer of a piece that would have to wait for another
 * transaction: it is done alone as well.
 */
export class GatheredTransactions<Request, Answer> {
  readonly #gatherer: Gatherer<Request, Answer>;

  /** `keyOf` names what a piece is about: of those about one thing, the others wait for the first. */
  constructor(
    private readonly database: Database,
    private readonly keyOf: (request: Request) => string,
    private readonly work: (tx: SqlExecutor, request: Request) => Promise<Answer>,
  ) {
    // Two, so that Postgres has work while the answers of one are written and its callers come back.
    this.#gatherer = new Gatherer((requests) => this.#serve(requests), { calls: mostAtOnce, batches: 2 });
  }

  run(request: Request): Promise<Answer> {
    return this.#gatherer.ask(request);
  }

  async runAlone(request: Request): Promise<Answer> {
    const answers = await this.#share([request]);
    return answers[0] as Answer;
  }

  async #serve(requests: readonly Request[]): Promise<(Answer | Promise<Answer>)[]> {
    const distinct = [
      ...new Map(requests.toReversed().map((request) => [this.keyOf(request), request])).values(),
    ];
    const answers = new Map<Request, Answer>();
    if (distinct.length > 1) {
      try {
        const all = await this.#share(distinct);
        distinct.forEach((request, index) => answers.set(request, all[index] as Answer));
      } catch {
        answers.clear();
      }
    }
    return requests.map((request) => answers.get(request) ?? this.runAlone(request));
  }

  #share(requests: readonly Request[]): Promise<Answer[]> {
    return this.database.transaction((tx) => shareTransaction(tx, requests, this.work), { plans: 'generic' });
  }
}
