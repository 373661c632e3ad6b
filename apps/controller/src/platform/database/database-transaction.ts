import type { SqlExecutor } from '@ironwheel/plugin-kit';
import type pg from 'pg';

type Send = <Row extends object>(text: string, parameters: readonly unknown[]) => Promise<Row[]>;

/** What a client writes to; `pg` gives it no type. */
type Writing = pg.PoolClient & { readonly connection: { readonly stream: { cork(): void; uncork(): void } } };

/** A transaction that runs on a connection of the pool. */
export class DatabaseTransaction implements SqlExecutor {
  #isOver = false;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly send: Send,
  ) {}

  query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    // Nothing that was left running may write on a connection that serves somebody else by now.
    if (this.#isOver) return Promise.reject(new Error('the transaction has ended'));
    return this.send<Row>(text, parameters);
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
