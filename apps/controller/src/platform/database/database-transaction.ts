import type { SqlExecutor } from '@ironwheel/plugin-kit';
import pg from 'pg';

type Send = <Row extends object>(text: string, parameters: readonly unknown[]) => Promise<Row[]>;

/** What a client writes to; `pg` gives it no type. */
type Writing = pg.PoolClient & { readonly connection: { readonly stream: { cork(): void; uncork(): void } } };

/** A statement before it has failed. */
const isAborted = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '25P02';

/** A transaction that runs on a connection of the pool. */
export class DatabaseTransaction implements SqlExecutor {
  #isOver = false;
  #failure: unknown = null;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly send: Send,
  ) {}

  query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    // Nothing that was left running may write on a connection that serves somebody else by now.
    if (this.#isOver) return Promise.reject(new Error('the transaction has ended'));
    const sent = this.send<Row>(text, parameters);
    sent.catch((error: unknown) => {
      if (!isAborted(error)) this.#failure = error;
    });
    return sent;
  }

  /** Of statements that were sent at once, those behind one that fails tell only that one did: this is what it failed of. */
  findCause(error: unknown): unknown {
    return isAborted(error) ? (this.#failure ?? error) : error;
  }

  /** What `work` asks for before it returns goes out in one piece, which wakes Postgres once. */
  sendAtOnce(work: () => void): void {
    const { stream } = (this.client as Writing).connection;
    stream.cork();
    try {
      work();
    } finally {
      stream.uncork();
    }
  }

  /** Before the commit, or the rollback. */
  end(): void {
    this.#isOver = true;
  }
}
