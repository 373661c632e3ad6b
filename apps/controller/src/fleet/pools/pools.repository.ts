import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database, together } from '../../platform/index.ts';
import type { PoolListRow, PoolRow } from './pool.row.ts';

/** How many names of what uses a pool are told. */
const namesTold = 5;

export interface PoolUse {
  readonly servers: { readonly total: number; readonly some: string[] };
  readonly workers: { readonly total: number; readonly some: string[] };
}

/** Each count is one pass over its table, however many pools are shown. */
const withCounts = `SELECT page.*, coalesce(linked_servers.total, 0) AS servers, coalesce(linked_workers.total, 0) AS workers
  FROM page
  LEFT JOIN (SELECT pool, count(*)::int AS total FROM servers WHERE archived_at IS NULL GROUP BY pool) AS linked_servers
    ON linked_servers.pool = page.name
  LEFT JOIN (SELECT pool, count(*)::int AS total FROM workers WHERE revoked_at IS NULL GROUP BY pool) AS linked_workers
    ON linked_workers.pool = page.name`;

/** All SQL on `pools`. */
@Injectable()
export class PoolsRepository {
  constructor(private readonly database: Database) {}

  /** The default pool first, then by name. */
  async list(
    isArchived: boolean,
    limit: number,
    offset: number,
  ): Promise<{ rows: PoolListRow[]; total: number }> {
    const rows = await this.database.query<PoolListRow>(
      `WITH page AS (SELECT * FROM pools WHERE (archived_at IS NOT NULL) = $1
         ORDER BY is_default DESC, name LIMIT $2 OFFSET $3)
       ${withCounts} ORDER BY page.is_default DESC, page.name`,
      [isArchived, limit, offset],
    );
    const [count] = await this.database.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM pools WHERE (archived_at IS NOT NULL) = $1',
      [isArchived],
    );
    return { rows, total: count?.total ?? 0 };
  }

  async find(name: string): Promise<PoolListRow | null> {
    const [row] = await this.database.query<PoolListRow>(
      `WITH page AS (SELECT * FROM pools WHERE name = $1) ${withCounts}`,
      [name],
    );
    return row ?? null;
  }

  readAll(names: readonly string[]): Promise<PoolRow[]> {
    return this.database.query<PoolRow>('SELECT * FROM pools WHERE name = ANY ($1)', [names]);
  }

  /** Without any lock: what every claim pays. */
  async read(tx: SqlExecutor, name: string): Promise<PoolRow | null> {
    const [row] = await tx.query<PoolRow>('SELECT * FROM pools WHERE name = $1', [name]);
    return row ?? null;
  }

  /** Nobody else changes it meanwhile; what refers to it is not in the way. */
  async lock(tx: SqlExecutor, name: string): Promise<PoolRow | null> {
    const [row] = await tx.query<PoolRow>('SELECT * FROM pools WHERE name = $1 FOR NO KEY UPDATE', [name]);
    return row ?? null;
  }

  /** Nothing is added to it meanwhile: waits for those that `share` it. */
  async lockAlone(tx: SqlExecutor, name: string): Promise<PoolRow | null> {
    const [row] = await tx.query<PoolRow>('SELECT * FROM pools WHERE name = $1 FOR UPDATE', [name]);
    return row ?? null;
  }

  /** Held by who adds something to it, so that it is not archived in the same moment. */
  async share(tx: SqlExecutor, name: string): Promise<PoolRow | null> {
    const [row] = await tx.query<PoolRow>('SELECT * FROM pools WHERE name = $1 FOR KEY SHARE', [name]);
    return row ?? null;
  }

  /** The same of the default one. */
  async shareDefault(tx: SqlExecutor): Promise<PoolRow | null> {
    const [row] = await tx.query<PoolRow>('SELECT * FROM pools WHERE is_default FOR KEY SHARE');
    return row ?? null;
  }

  /** False when the name is taken. */
  async insert(pool: Pick<PoolRow, 'name' | 'description' | 'profiles' | 'max_jobs'>): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO pools (name, description, profiles, max_jobs) VALUES ($1, $2, $3::jsonb, $4)
       ON CONFLICT (name) DO NOTHING RETURNING name`,
      [pool.name, pool.description, JSON.stringify(pool.profiles), pool.max_jobs],
    );
    return rows.length > 0;
  }

  async update(tx: SqlExecutor, pool: Pick<PoolRow, 'name' | 'description' | 'profiles'>): Promise<void> {
    await tx.query(
      'UPDATE pools SET description = $2, profiles = $3::jsonb, revision = revision + 1 WHERE name = $1',
      [pool.name, pool.description, JSON.stringify(pool.profiles)],
    );
  }

  async setMaxJobs(tx: SqlExecutor, name: string, maxJobs: number | null): Promise<void> {
    await tx.query('UPDATE pools SET max_jobs = $2, revision = revision + 1 WHERE name = $1', [
      name,
      maxJobs,
    ]);
  }

  /** Of two that are made the default at once, the second waits for the first. */
  async lockDefault(tx: SqlExecutor): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('pool.default', 0))`);
  }

  async makeDefault(tx: SqlExecutor, name: string): Promise<void> {
    await tx.query(
      'UPDATE pools SET is_default = false, revision = revision + 1 WHERE is_default AND name <> $1',
      [name],
    );
    await tx.query(
      'UPDATE pools SET is_default = true, revision = revision + 1 WHERE name = $1 AND NOT is_default',
      [name],
    );
  }

  async archive(tx: SqlExecutor, name: string): Promise<void> {
    await tx.query('UPDATE pools SET archived_at = now(), revision = revision + 1 WHERE name = $1', [name]);
  }

  async listUse(tx: SqlExecutor, name: string): Promise<PoolUse> {
    const count = async (table: 'servers' | 'workers', condition: string): Promise<PoolUse['servers']> => {
      const rows = await tx.query<{ name: string; total: number }>(
        `SELECT name, count(*) OVER ()::int AS total FROM ${table} WHERE pool = $1 AND ${condition}
         ORDER BY name LIMIT ${namesTold}`,
        [name],
      );
      return { total: rows[0]?.total ?? 0, some: rows.map((row) => row.name) };
    };
    return {
      servers: await count('servers', 'archived_at IS NULL'),
      workers: await count('workers', 'revoked_at IS NULL'),
    };
  }

  /** The pool of a worker, where it has a bound. */
  findBoundedPoolOf(tx: SqlExecutor, workerId: string): Promise<string | null> {
    return together(tx, 'pools.findBoundedPoolOf', workerId, async (workerIds) => {
      const rows = await tx.query<{ id: string; name: string }>(
        `SELECT workers.id, pools.name FROM workers JOIN pools ON pools.name = workers.pool
         WHERE workers.id = ANY ($1) AND pools.max_jobs IS NOT NULL`,
        [workerIds],
      );
      const byWorker = new Map(rows.map((row) => [row.id, row.name]));
      return workerIds.map((id) => byWorker.get(id) ?? null);
    });
  }
}
