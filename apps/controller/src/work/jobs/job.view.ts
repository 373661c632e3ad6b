import type { JobView } from '@ironwheel/contracts';
import type { JobListRow } from './jobs.repository.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

export const toJobView = (row: JobListRow): JobView => ({
  job_id: row.id,
  name: row.name,
  version: row.version,
  python_tag: row.python_tag,
  platform_tag: row.platform_tag,
  generation: row.generation,
  state: row.state,
  state_reason: row.state_reason,
  pool: row.pool,
  priority: row.priority,
  not_before: time(row.not_before),
  run_ids: row.run_ids,
  attempt_count: row.attempt_count,
  created_at: row.created_at.toISOString(),
  queued_at: time(row.queued_at),
  finished_at: time(row.finished_at),
  wheel: row.wheel,
  adjustment: row.adjustment,
  wheel_sha256: row.wheel === null ? null : row.wheel_sha256,
});
