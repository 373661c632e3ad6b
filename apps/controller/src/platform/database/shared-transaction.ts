import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Gatherer } from '../gathering/gatherer.ts';
import { DatabaseTransaction } from './database-transaction.ts';

/**
 * One transaction in which several pieces of work of one kind run side by side. What they ask for `together` in the same
 * turn of the event loop becomes one statement; of what is asked under different names nothing is sure to come first. Locks do not
 * keep them from each other: they must be about different rows, or `needAlone`. All of them are committed, or none.
 */
export class SharedTransaction implements SqlExecutor {
  readonly #gatherers = new Map<string, Gatherer<unknown, unknown>>();
  #due: (() => void)[] = [];

  constructor(
    private readonly tx: SqlExecutor,
    readonly pieces: number,
  ) {}

  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]> {
    return this.tx.query<Row>(text, parameters);
  }

  ask<Request, Answer>(
    name: string,
    request: Request,
    serve: ServeTogether<Request, Answer>,
  ): Promise<Answer> {
    let gatherer = this.#gatherers.get(name) as Gatherer<Request, Answer> | undefined;
    if (gatherer === undefined) {
      gatherer = new Gatherer(serve, {
        calls: Number.MAX_SAFE_INTEGER,
        afterTurn: (run) => this.#runAfterTurn(run),
      });
      this.#gatherers.set(name, gatherer as Gatherer<unknown, unknown>);
    }
    return gatherer.ask(request);
  }

  /** All statements of a turn go out in one piece. */
  #runAfterTurn(run: () => void): void {
    this.#due.push(run);
    if (this.#due.length > 1) return;
    setImmediate(() => {
      const due = this.#due;
      this.#due = [];
      const runAll = (): void => {
        for (const one of due) one();
      };
      if (this.tx instanceof DatabaseTransaction) this.tx.sendAtOnce(runAll);
      else runAll();
    });
  }
}

/** One answer for each request, in their order. */
export type ServeTogether<Request, Answer> = (requests: readonly Request[]) => Promise<readonly Answer[]>;

/** In a shared transaction `serve` gets what all of its work asks for under this name at once; else this request alone. */
export async function together<Request, Answer>(
  tx: SqlExecutor,
  name: string,
  request: Request,
  serve: ServeTogether<Request, Answer>,
): Promise<Answer> {
  if (tx instanceof SharedTransaction) return tx.ask(name, request, serve);
  const [answer] = await serve([request]);
  return answer as Answer;
}

/** What was begun together with others has to be done without them. `GatheredTransactions` does that. */
class NotTogetherError extends Error {
  constructor() {
    super('this needs a transaction of its own');
  }
}

/** For work that is about the same as other work beside it, and decides by what that has written. Throws where it is not alone. */
export function needAlone(tx: SqlExecutor): void {
  if (tx instanceof SharedTransaction && tx.pieces > 1) throw new NotTogetherError();
}

/** What `work` asks for before it returns are the last statements of the transaction: the commit goes out with them. */
export const andCommit = <Answer>(tx: SqlExecutor, work: () => Promise<Answer>): Promise<Answer> =>
  tx instanceof DatabaseTransaction ? tx.andCommit(work) : work();

/** Runs all of the work in one transaction; throws, when all of it has stopped, what the first that failed threw. */
export async function shareTransaction<Piece, Answer>(
  tx: SqlExecutor,
  pieces: readonly Piece[],
  work: (tx: SqlExecutor, piece: Piece) => Promise<Answer>,
): Promise<Answer[]> {
  const shared = new SharedTransaction(tx, pieces.length);
  return untilAllStopped(pieces.map((piece) => work(shared, piece)));
}

/**
 * Asks side by side, in one round trip, for what does not build upon each other. Throws, when all of it has stopped, what
 * the first that failed threw: nothing runs on in a transaction that is rolled back.
 */
export const sideBySide = <Answers extends readonly unknown[]>(
  ...work: { [Place in keyof Answers]: Promise<Answers[Place]> }
): Promise<Answers> => untilAllStopped(work) as unknown as Promise<Answers>;

async function untilAllStopped<Answer>(work: readonly Promise<Answer>[]): Promise<Answer[]> {
  try {
    return await Promise.all(work);
  } catch (error) {
    await Promise.allSettled(work);
    throw error;
  }
}
