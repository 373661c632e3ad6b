import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { PoolDirectory } from '../../fleet/index.ts';
import { Database } from '../../platform/index.ts';
import { PoolJobsRepository } from './pool-jobs.repository.ts';

/** How many jobs a pool's workers may still be given, where the pool has a bound. */
@Injectable()
export class PoolRoom {
  constructor(
    private readonly database: Database,
    private readonly pools: PoolDirectory,
    private readonly jobs: PoolJobsRepository,
  ) {}

  /**
   * How many of `wanted` jobs may be granted in `tx`, at least 1 of them unless the pool is full or archived. With a bound
   * the pool's row is locked until `tx` ends, so that of two claims the second counts what the first was granted; a pool
   * that is full is told from one without the lock, and a pool without a bound pays this one read.
   */
  async reserve(tx: SqlExecutor, pool: string, wanted: number): Promise<number> {
    const seen = await this.pools.read(tx, pool);
    if (seen.archived_at !== null) return 0;
    if (seen.max_jobs === null) return wanted;
    if ((await this.jobs.countHeld(tx, pool)) >= seen.max_jobs) return 0;
    const { max_jobs: maxJobs } = await this.pools.lock(tx, pool);
    if (maxJobs === null) return wanted;
    return Math.max(0, Math.min(wanted, maxJobs - (await this.jobs.countHeld(tx, pool))));
  }

  /** The same for people, without reserving anything. */
  async read(pool: string): Promise<{ free: number; blocker: { code: string; text: string } | null }> {
    const { archived_at: archivedAt, max_jobs: maxJobs } = await this.pools.read(this.database, pool);
    if (archivedAt !== null) {
      return { free: 0, blocker: { code: 'pool_archived', text: `The pool ${pool} is archived.` } };
    }
    if (maxJobs === null) return { free: Number.POSITIVE_INFINITY, blocker: null };
    const held = await this.jobs.countHeld(this.database, pool);
    if (held < maxJobs) return { free: maxJobs - held, blocker: null };
    const text = `The workers of pool ${pool} hold ${held} of at most ${maxJobs} jobs.`;
    return { free: 0, blocker: { code: 'pool_full', text } };
  }
}
