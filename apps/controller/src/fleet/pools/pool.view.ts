import type { PoolView } from '@ironwheel/contracts';
import type { PoolJobCounts } from './pool-jobs.ts';
import type { PoolListRow } from './pool.row.ts';

export function toPoolView(row: PoolListRow, jobs: PoolJobCounts | undefined): PoolView {
  return {
    name: row.name,
    description: row.description,
    is_default: row.is_default,
    profiles: row.profiles,
    max_jobs: row.max_jobs,
    held_jobs: jobs?.held ?? 0,
    queued_jobs: jobs?.queued ?? 0,
    servers: row.servers,
    workers: row.workers,
    revision: row.revision,
    created_at: row.created_at.toISOString(),
    archived_at: row.archived_at?.toISOString() ?? null,
  };
}
