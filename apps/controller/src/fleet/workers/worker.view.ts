import type { WorkerView } from '@ironwheel/contracts';
import { effectiveIntent, type EffectiveIntent, type ServerMatch } from '@ironwheel/decisions';
import type { HeldAttempt } from './held-attempts.ts';
import { staleAfterIntervals } from './heartbeats.ts';
import type { WorkerRow } from './worker.row.ts';

export interface WorkerViewFacts {
  readonly now: Date;
  readonly intervalS: number;
  readonly match: ServerMatch | null;
  /** Of a worker that drains: what it holds. */
  readonly held: readonly HeldAttempt[];
}

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

export function toWorkerView(row: WorkerRow, facts: WorkerViewFacts): WorkerView {
  const { now, intervalS, match, held } = facts;
  const intent = effectiveIntent(row, now);
  const age = row.last_heartbeat_at === null ? null : now.getTime() - row.last_heartbeat_at.getTime();
  return {
    worker_id: row.id,
    name: row.name,
    pool: row.pool,
    hostname: row.hostname,
    version: row.version,
    heartbeat_state:
      age === null ? 'none' : age <= staleAfterIntervals * intervalS * 1000 ? 'healthy' : 'stale',
    last_heartbeat_at: time(row.last_heartbeat_at),
    desired_state: intent.desiredState,
    desired: {
      reason: intent.reason,
      by: intent.by,
      at: time(intent.at),
      until: time(intent.until),
    },
    drain: intent.desiredState === 'draining' ? toDrain(intent, held, now) : null,
    quarantine: toQuarantine(intent),
    runtime_match: match === null || match.serverId === null ? 'unmatched' : 'matched',
    matched_by: match?.matchedBy ?? null,
    match_reason: match?.reason ?? null,
    server_id: match?.serverId ?? null,
    remote_addr: row.remote_addr,
    machine_id: row.machine_id,
    draining: row.heartbeat?.draining ?? false,
    capabilities: row.heartbeat?.capabilities ?? null,
    slots: row.heartbeat?.slots ?? null,
    attempts: row.heartbeat?.attempts ?? [],
    problems: row.heartbeat?.health.problems ?? [],
    enrolled_at: row.enrolled_at.toISOString(),
    revoked_at: time(row.revoked_at),
  };
}

/** What the controller knows it to hold counts, not what it said last: its last word may be older than a grant. */
function toDrain(
  intent: EffectiveIntent,
  held: readonly HeldAttempt[],
  now: Date,
): NonNullable<WorkerView['drain']> {
  const isOver = intent.until !== null && intent.until <= now;
  return {
    drained: held.length === 0,
    overdue: held.length > 0 && isOver,
    blockers: held.map(({ attemptId, text, phase }) =>
      phase === null ? `${text} (${attemptId})` : `${text}, phase ${phase} (${attemptId})`,
    ),
  };
}

function toQuarantine({ quarantine }: EffectiveIntent): WorkerView['quarantine'] {
  if (quarantine === null) return null;
  return { ...quarantine, at: quarantine.at.toISOString(), until: time(quarantine.until) };
}
