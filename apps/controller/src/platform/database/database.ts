import { Inject, Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import pg from 'pg';
import type { Histogram } from 'prom-client';
import { databaseSection } from '../config/platform-sections.ts';
import { Metrics } from '../metrics/metrics.ts';
import { DATABASE_CONNECTION, toClientOptions, type DatabaseConnection } from './connection.ts';
import { DatabaseTransaction } from './database-transaction.ts';
import { parseDatabaseValues } from './parse-values.ts';
import { StatementNames } from './statement-names.ts';

export type { SqlExecutor };

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
  /**
   * `generic`: statements that come again are planned once, for any values and tables of any size: by their indexes. For short
   * ones that find their rows by key; never where a value decides which index serves, as in `$1 IS NULL OR …`.
   */
  readonly plans?: 'custom' | 'generic';
}

/** Serialization failure and deadlock: the transaction did nothing and may simply run again. */
const retryable = new Set(['40001', '40P01']);
const maxTries = 5;
/** A plan is made for tables of a size; those that fill up within a moment get another one as soon. */
const plansKeptMs = 10_000;

/**
 * Hand-written SQL on the one pool of this process. Statements are timed by their first word; each is cancelled
 * by the server after `DATABASE_STATEMENT_TIMEOUT_MS`. `bigint` columns come as numbers, `timestamptz` as Date.
 */
@Injectable()
export class Database implements SqlExecutor {
  readonly #pool: pg.Pool;
  readonly #durations: Histogram<'verb'>;
  readonly #names = new StatementNames();
  readonly #plannedAt = new WeakMap<pg.PoolClient, number>();

  constructor(
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    config: LoadedConfig,
    metrics: Metrics,
    logger: StructuredLogger,
  ) {
    const settings = config.get(databaseSection);
    this.#pool = new pg.Pool({
      ...toClientOptions(connection, 'ironwheel'),
      max: settings.DATABASE_POOL_SIZE,
      statement_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
      types: parseDatabaseValues,
      // What is sent without waiting for an answer in between takes one round trip.
      pipeline: true,
    });
    const log = logger.child({ component: 'database' });
    this.#pool.on('error', (error) =>
      log.warn('an idle database connection ended', { error: error.message }),
    );
    this.#pool.on('acquire', (client) => this.#renewPlans(client));
    this.#durations = metrics.histogram({
      name: 'database_statement_seconds',
      help: 'Duration of SQL statements by their first word.',
      labels: ['verb'],
    });
    metrics.gauge({
      name: 'database_pool_connections',
      help: 'Connections of the pool by state.',
      labels: ['state'],
      collect: (gauge) => {
        gauge.set({ state: 'idle' }, this.#pool.idleCount);
        gauge.set({ state: 'busy' }, this.#pool.totalCount - this.#pool.idleCount);
        gauge.set({ state: 'waiting' }, this.#pool.waitingCount);
      },
    });
  }

  /** Runs one statement outside any transaction. */
  async query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.#timed(this.#pool, text, parameters);
    } catch (error) {
      // Refused before it was run.
      if (!this.#isOutdated(error)) throw error;
      return this.#timed(this.#pool, text, parameters);
    }
  }

  /**
   * Runs `work` in one transaction and commits it. On a serialization failure or deadlock all of `work` runs again
   * (five times at most), so it must do nothing but SQL until it returns.
   */
  async transaction<T>(work: (tx: SqlExecutor) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#runTransaction(work, options);
      } catch (error) {
        if (attempt >= maxTries || !(this.#isOutdated(error) || isRetryable(error))) throw error;
        await pause(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /** Version of the server, for example `17.10`. */
  async serverVersion(): Promise<string> {
    const [row] = await this.query<{ server_version: string }>('SHOW server_version');
    return row?.server_version ?? 'unknown';
  }

  /** Called once, after everything that uses it has stopped. */
  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #runTransaction<T>(work: (tx: SqlExecutor) => Promise<T>, options: TransactionOptions): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // Without a listener, a connection that breaks while it is checked out would end the process.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    const tx = new DatabaseTransaction(client, (text, parameters) => this.#timed(client, text, parameters));
    try {
      const [begun, working] = tx.sendAtOnce(() => {
        const beginning = client.query(toBegin(options));
        // The first statement goes out with it, and its failure tells of its own.
        beginning.catch(() => undefined);
        return [beginning, work(tx)];
      });
      const result = await working;
      await begun;
      await tx.commit();
      return result;
    } catch (error) {
      await tx.rollback().catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error('rollback failed');
      });
      throw tx.findCause(error);
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** Goes out with what the connection was taken for. */
  #renewPlans(client: pg.PoolClient): void {
    const now = performance.now();
    const plannedAt = this.#plannedAt.get(client);
    if (plannedAt !== undefined && now - plannedAt < plansKeptMs) return;
    this.#plannedAt.set(client, now);
    // What is wrong with the connection shows in what follows.
    if (plannedAt !== undefined) client.query('DISCARD PLANS').catch(() => undefined);
  }

  /** Another controller has changed a table that a prepared statement answers whole rows of. */
  #isOutdated(error: unknown): boolean {
    const isOutdated =
      error instanceof pg.DatabaseError &&
      error.code === '0A000' &&
      error.routine === 'RevalidateCachedQuery';
    if (isOutdated) this.#names.renew();
    return isOutdated;
  }

  async #timed<Row extends object>(
    runner: Pick<pg.ClientBase, 'query'> | pg.Pool,
    text: string,
    parameters: readonly unknown[],
  ): Promise<Row[]> {
    const end = this.#durations.startTimer({ verb: verbOf(text) });
    try {
      const values = [...parameters];
      // One without parameters may be several statements, which cannot be prepared.
      const name = values.length === 0 ? undefined : this.#names.findName(text);
      const result = await runner.query<Row & pg.QueryResultRow>(
        name === undefined ? { text, values } : { name, text, values },
      );
      return result.rows;
    } finally {
      end();
    }
  }
}

/** A plan that was made while a table was empty reads all of it, and goes on doing so while it grows. */
const genericPlans = '; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off';

const toBegin = ({ isolation = 'read committed', readOnly = false, plans }: TransactionOptions): string =>
  `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()} ${readOnly ? 'READ ONLY' : 'READ WRITE'}${plans === 'generic' ? genericPlans : ''}`;

const verbs = new Set(['select', 'insert', 'update', 'delete', 'with', 'show', 'notify', 'lock']);

function verbOf(text: string): string {
  const word = /^\s*(?:--[^\n]*\n\s*)*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? 'other';
  return verbs.has(word) ? word : 'other';
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && retryable.has(String(error.code));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
