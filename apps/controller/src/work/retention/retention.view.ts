import type { RetentionRunView } from '@ironwheel/contracts';
import type { RetentionRunRow } from './retention.repository.ts';

const stateOf = (row: RetentionRunRow): RetentionRunView['state'] => {
  if (row.is_interrupted) return 'interrupted';
  if (row.ended_at === null) return 'running';
  return row.error === null ? 'done' : 'failed';
};

export const toRetentionRunView = (row: RetentionRunRow): RetentionRunView => ({
  run_id: row.id,
  dry_run: false,
  state: stateOf(row),
  started_by: row.started_by,
  started_at: row.started_at.toISOString(),
  ended_at: row.ended_at?.toISOString() ?? null,
  removed: row.result,
  error: row.error,
});
