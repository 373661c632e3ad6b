import type {
  createPoolSchema,
  editPoolSchema,
  poolsQuerySchema,
  PoolView,
  scalePoolSchema,
} from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, Database } from '../../platform/index.ts';
import { PoolDirectory, poolArchived, poolNotFound } from './pool-directory.ts';
import { PoolJobs } from './pool-jobs.ts';
import type { PoolRow } from './pool.row.ts';
import { toPoolView } from './pool.view.ts';
import { PoolsRepository } from './pools.repository.ts';

/** Shows, makes and changes pools. */
@Injectable()
export class PoolsService {
  constructor(
    private readonly database: Database,
    private readonly pools: PoolsRepository,
    private readonly directory: PoolDirectory,
    private readonly jobs: PoolJobs,
  ) {}

  async list(query: z.output<typeof poolsQuerySchema>): Promise<{ items: PoolView[]; total: number }> {
    const { rows, total } = await this.pools.list(query.archived === 'true', query.limit, query.offset);
    const jobs = await this.jobs.count(rows.map((row) => row.name));
    return { items: rows.map((row) => toPoolView(row, jobs.get(row.name))), total };
  }

  /** Throws POOL_NOT_FOUND. */
  async view(name: string): Promise<PoolView> {
    const row = await this.pools.find(name);
    if (row === null) throw poolNotFound(name);
    return toPoolView(row, (await this.jobs.count([name])).get(name));
  }

  /** Throws POOL_EXISTS. */
  async create(body: z.output<typeof createPoolSchema>): Promise<PoolView> {
    if (await this.pools.insert(body)) return this.view(body.name);
    const { archived_at: archivedAt } = await this.view(body.name);
    throw new AppError(
      'POOL_EXISTS',
      archivedAt === null
        ? `There is a pool ${body.name} already.`
        : `There was a pool ${body.name}, which was archived; its name stays taken, choose another one.`,
    );
  }

  /** Throws POOL_NOT_FOUND, POOL_ARCHIVED, REVISION_CONFLICT. */
  edit(name: string, { revision, ...change }: z.output<typeof editPoolSchema>): Promise<PoolView> {
    return this.#change(name, async (tx, pool) => {
      if (revision !== undefined && revision !== pool.revision) {
        throw new AppError(
          'REVISION_CONFLICT',
          `The pool ${name} was changed since it was read: it has revision ${pool.revision} now, not ${revision}. Read it again.`,
          { extra: { revision: pool.revision } },
        );
      }
      if (change.description === undefined && change.profiles === undefined) return;
      await this.pools.update(tx, {
        name,
        description: change.description ?? pool.description,
        profiles: change.profiles ?? pool.profiles,
      });
    });
  }

  /**
   * Bounds how many jobs its workers hold at once. What is held goes on; every claim that begins from now on sees the
   * bound; one that is under way in a pool with a bound has the row locked, and in one without it counts as of before. Throws POOL_NOT_FOUND, POOL_ARCHIVED.
   */
  scale(name: string, body: z.output<typeof scalePoolSchema>): Promise<PoolView> {
    return this.#change(name, async (tx, pool) => {
      if (pool.max_jobs === body.max_jobs) return;
      await this.pools.setMaxJobs(tx, name, body.max_jobs);
      const isRaised = pool.max_jobs !== null && (body.max_jobs === null || body.max_jobs > pool.max_jobs);
      if (isRaised) await this.directory.announceRoom(tx, name);
    });
  }

  /** What names no pool goes to this one from now on. Throws POOL_NOT_FOUND, POOL_ARCHIVED. */
  async setDefault(name: string): Promise<PoolView> {
    await this.database.transaction(async (tx) => {
      await this.pools.lockDefault(tx);
      const pool = await this.pools.lock(tx, name);
      if (pool === null) throw poolNotFound(name);
      if (pool.archived_at !== null) throw poolArchived(name);
      await this.pools.makeDefault(tx, name);
    });
    return this.view(name);
  }

  async #change(name: string, change: (tx: SqlExecutor, pool: PoolRow) => Promise<void>): Promise<PoolView> {
    await this.database.transaction(async (tx) => {
      const pool = await this.pools.lock(tx, name);
      if (pool === null) throw poolNotFound(name);
      if (pool.archived_at !== null) throw poolArchived(name);
      await change(tx, pool);
    });
    return this.view(name);
  }
}
