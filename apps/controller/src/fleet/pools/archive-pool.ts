import type { ArchivedPool } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../platform/index.ts';
import { PoolDirectory, poolArchived, poolNotFound } from './pool-directory.ts';
import { PoolJobs } from './pool-jobs.ts';
import type { PoolRow } from './pool.row.ts';
import { PoolsRepository } from './pools.repository.ts';
import { PoolsService } from './pools.service.ts';

/** Takes a pool out of use. Its record and its name stay, since jobs and plans of before name it. */
@Injectable()
export class ArchivePool {
  constructor(
    private readonly database: Database,
    private readonly pools: PoolsRepository,
    private readonly service: PoolsService,
    private readonly directory: PoolDirectory,
    private readonly jobs: PoolJobs,
  ) {}

  /** With `isDryRun` it tells what is in the way and does nothing. Throws POOL_NOT_FOUND, POOL_ARCHIVED, POOL_IN_USE. */
  async archive(name: string, isDryRun: boolean): Promise<ArchivedPool> {
    const blockers = await this.database.transaction(async (tx) => {
      const pool = await this.pools.lockAlone(tx, name);
      if (pool === null) throw poolNotFound(name);
      if (pool.archived_at !== null) throw poolArchived(name);
      const found = await this.#listBlockers(tx, pool);
      if (isDryRun) return found;
      if (found.length > 0) {
        throw new AppError('POOL_IN_USE', `The pool ${name} cannot be archived: ${found.join('; ')}.`, {
          extra: { blockers: found },
        });
      }
      await this.pools.archive(tx, name);
      await this.directory.announceChange(tx, name);
      return found;
    });
    return { ...(await this.service.view(name)), dry_run: isDryRun, blockers };
  }

  async #listBlockers(tx: SqlExecutor, pool: PoolRow): Promise<string[]> {
    const { servers, workers } = await this.pools.listUse(tx, pool.name);
    const jobs = await this.jobs.listOpen(tx, pool.name);
    return [
      ...(pool.is_default ? ['it is the default pool; make another one the default first'] : []),
      ...tell(servers, 'server'),
      ...tell(workers, 'worker'),
      ...tell(jobs, 'open job'),
    ];
  }
}

function tell({ total, some }: { total: number; some: readonly string[] }, noun: string): string[] {
  if (total === 0) return [];
  const more = total > some.length ? ' and others' : '';
  return [`${total} ${noun}${total === 1 ? '' : 's'} in it (${some.join(', ')}${more})`];
}
