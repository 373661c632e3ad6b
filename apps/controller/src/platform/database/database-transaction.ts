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
  /** The commit that went out with the last statements. */
  #committing: Promise<pg.QueryResult> | null = null;

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
  sendAtOnce<Result>(work: () => Result): Result {
    const { stream } = (this.client as Writing).connection;
    stream.cork();
    try {
      return work();
    } finally {
      stream.uncork();
    }
  }

  /**
   * What `work` asks for before it returns are the last statements: the commit goes out with them. If one of them fails,
   * nothing is committed; whatever else fails from here on undoes nothing.
   */
  andCommit<Result>(work: () => Result): Result {
    return this.sendAtOnce(() => {
      const working = work();
      void this.#commit();
      return working;
    });
  }

  async commit(): Promise<void> {
    const { command } = await (this.#committing ?? this.#commit());
    // So Postgres answers where a statement failed that nobody listened to.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back', { cause: this.#failure });
  }

  async rollback(): Promise<void> {
    this.#isOver = true;
    if (this.#committing === null) await this.client.query('ROLLBACK');
    // A commit that is refused rolls back.
    else await this.#committing.catch(() => undefined);
  }

  #commit(): Promise<pg.QueryResult> {
    this.#isOver = true;
    this.#committing = this.client.query('COMMIT');
    // It is listened to once the work is done.
    this.#committing.catch(() => undefined);
    return this.#committing;
  }
}
