import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, Database, NotificationBus } from '../../platform/index.ts';
import { poolChangedChannel, poolRoomChannel } from './pool-channels.ts';
import type { PoolRow } from './pool.row.ts';
import { PoolsRepository } from './pools.repository.ts';

export const poolNotFound = (name: string): AppError =>
  new AppError('POOL_NOT_FOUND', `There is no pool ${name}; see \`ironwheel pools\`.`);

export const poolArchived = (name: string): AppError =>
  new AppError('POOL_ARCHIVED', `The pool ${name} is archived and takes nothing new; name another one.`);

/** What other features ask of pools. */
@Injectable()
export class PoolDirectory {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly database: Database,
    private readonly notifications: NotificationBus,
  ) {}

  /**
   * The name of the pool that takes something new: the one that is named, else the default one. Inside `tx` it is not
   * archived before the commit. Throws POOL_NOT_FOUND or POOL_ARCHIVED.
   */
  async getOpen(tx: SqlExecutor, name: string | undefined): Promise<string> {
    const pool = await (name === undefined ? this.pools.shareDefault(tx) : this.pools.share(tx, name));
    if (pool === null)
      throw name === undefined
        ? new AppError('POOL_NOT_FOUND', 'No pool is the default one; name a pool.')
        : poolNotFound(name);
    if (pool.archived_at !== null) throw poolArchived(pool.name);
    return pool.name;
  }

  /** Refuses before long work what `getOpen` would refuse after it. */
  async check(name: string | undefined): Promise<void> {
    await this.getOpen(this.database, name);
  }

  /** As it is, without any lock. Throws POOL_NOT_FOUND. */
  async read(tx: SqlExecutor, name: string): Promise<PoolRow> {
    const pool = await this.pools.read(tx, name);
    if (pool === null) throw poolNotFound(name);
    return pool;
  }

  /** By name, without any lock; unknown ones are left out. */
  async readAll(names: readonly string[]): Promise<Map<string, PoolRow>> {
    if (names.length === 0) return new Map();
    const rows = await this.pools.readAll(names);
    return new Map(rows.map((row) => [row.name, row]));
  }

  /** As it is, until `tx` ends: its bound neither changes nor is counted against by anybody else. Throws POOL_NOT_FOUND. */
  async lock(tx: SqlExecutor, name: string): Promise<PoolRow> {
    const pool = await this.pools.lock(tx, name);
    if (pool === null) throw poolNotFound(name);
    return pool;
  }

  /** Tells once `tx` commits that a job of this worker has ended, where that makes room in a pool with a bound. */
  async announceRoomOf(tx: SqlExecutor, workerId: string): Promise<void> {
    const pool = await this.pools.findBoundedPoolOf(tx, workerId);
    if (pool !== null) await this.announceRoom(tx, pool);
  }

  announceRoom(tx: SqlExecutor, pool: string): Promise<void> {
    return this.notifications.notify(tx, poolRoomChannel, pool);
  }

  announceChange(tx: SqlExecutor, pool: string): Promise<void> {
    return this.notifications.notify(tx, poolChangedChannel, pool);
  }
}
