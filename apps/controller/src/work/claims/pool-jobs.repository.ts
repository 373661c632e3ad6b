import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PoolJobs, type PoolJobCounts, type PoolJobsDirectory } from '../../fleet/index.ts';
import { Database } from '../../platform/index.ts';

/** How many jobs are named of those that are open. */
const namesTold = 5;

/**
 * Held is a job that a worker was granted and whose lease was not given up: after lease and grace the job is queued
 * again, and a worker that never comes back must not take up a place for ever. Should it come back after all and go on,
 * its pool may hold that one more than its bound.
 */
const heldJobs = `workers
  JOIN attempts ON attempts.worker_id = workers.id AND attempts.state IN ('claimed', 'running')
  JOIN jobs ON jobs.id = attempts.job_id AND jobs.attempt_id = attempts.id AND jobs.state IN ('claimed', 'running')`;

/** SQL on what the workers of a pool hold and what waits for them; told to the fleet through its port. */
@Injectable()
export class PoolJobsRepository implements PoolJobsDirectory, OnModuleInit {
  constructor(
    private readonly poolJobs: PoolJobs,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.poolJobs.bind(this);
  }

  async countHeld(tx: SqlExecutor, pool: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${heldJobs} WHERE workers.pool = $1`,
      [pool],
    );
    return row?.count ?? 0;
  }

  async count(pools: readonly string[]): Promise<Map<string, PoolJobCounts>> {
    const rows = await this.database.query<PoolJobCounts & { pool: string }>(
      `SELECT pool, coalesce(holding.total, 0) AS held, coalesce(waiting.total, 0) AS queued
       FROM unnest($1::text[]) AS pool
       LEFT JOIN (SELECT workers.pool, count(*)::int AS total FROM ${heldJobs} GROUP BY workers.pool) AS holding USING (pool)
       LEFT JOIN (SELECT pool, count(*)::int AS total FROM jobs WHERE state = 'queued' GROUP BY pool) AS waiting USING (pool)`,
      [pools],
    );
    return new Map(rows.map(({ pool, held, queued }) => [pool, { held, queued }]));
  }

  async held(pools: readonly string[]): Promise<Map<string, number>> {
    if (pools.length === 0) return new Map();
    const rows = await this.database.query<{ pool: string; held: number }>(
      `SELECT workers.pool, count(*)::int AS held FROM ${heldJobs} WHERE workers.pool = ANY ($1) GROUP BY workers.pool`,
      [pools],
    );
    return new Map(rows.map(({ pool, held }) => [pool, held]));
  }

  async listOpen(tx: SqlExecutor, pool: string): Promise<{ total: number; some: string[] }> {
    const rows = await tx.query<{ text: string; total: number }>(
      `SELECT name || ' ' || version AS text, count(*) OVER ()::int AS total FROM jobs
       WHERE state IN ('blocked', 'queued', 'claimed', 'running', 'waiting') AND pool = $1
       ORDER BY id LIMIT ${namesTold}`,
      [pool],
    );
    return { total: rows[0]?.total ?? 0, some: rows.map((row) => row.text) };
  }
}
