import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';

export interface PoolJobCounts {
  /** Jobs that the pool's workers hold now. */
  readonly held: number;
  readonly queued: number;
}

/** The jobs of pools, as `work/claims` knows them. */
export interface PoolJobsDirectory {
  /** By pool, in as many statements for one as for all; a pool without any may be left out. */
  count(pools: readonly string[]): Promise<ReadonlyMap<string, PoolJobCounts>>;
  /** The first of these counts alone, which costs as much as the workers hold. */
  held(pools: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Jobs of a pool that have not ended: how many, and some of them as `name version`. */
  listOpen(tx: SqlExecutor, pool: string): Promise<{ total: number; some: string[] }>;
}

/** The place where `work/claims` hands in its directory, since the fleet imports no feature above it. */
@Injectable()
export class PoolJobs implements PoolJobsDirectory {
  #directory: PoolJobsDirectory | null = null;

  bind(directory: PoolJobsDirectory): void {
    this.#directory = directory;
  }

  async count(pools: readonly string[]): Promise<ReadonlyMap<string, PoolJobCounts>> {
    return (await this.#directory?.count(pools)) ?? new Map<string, PoolJobCounts>();
  }

  async held(pools: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return (await this.#directory?.held(pools)) ?? new Map<string, number>();
  }

  async listOpen(tx: SqlExecutor, pool: string): Promise<{ total: number; some: string[] }> {
    return (await this.#directory?.listOpen(tx, pool)) ?? { total: 0, some: [] };
  }
}
