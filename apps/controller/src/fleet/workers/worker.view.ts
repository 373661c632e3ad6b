import type { WorkerView } from '@ironwheel/contracts';
import { staleAfterIntervals } from './heartbeats.ts';
import type { WorkerRow } from './worker.row.ts';

export function toWorkerView(row: WorkerRow, now: Date, intervalS: number): WorkerView {
  const age = row.last_heartbeat_at === null ? null : now.getTime() - row.last_heartbeat_at.getTime();
  return {
    worker_id: row.id,
    name: row.name,
    pool: row.pool,
    hostname: row.hostname,
    version: row.version,
    heartbeat_state:
      age === null ? 'none' : age <= staleAfterIntervals * intervalS * 1000 ? 'healthy' : 'stale',
    last_heartbeat_at: row.last_heartbeat_at?.toISOString() ?? null,
    desired_state: row.desired_state,
    draining: row.heartbeat?.draining ?? false,
    capabilities: row.heartbeat?.capabilities ?? null,
    slots: row.heartbeat?.slots ?? null,
    attempts: row.heartbeat?.attempts ?? [],
    problems: row.heartbeat?.health.problems ?? [],
    enrolled_at: row.enrolled_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}
