import { decisionActionSchema, type AttemptView } from '@ironwheel/contracts';
import type { AttemptDetailRow } from './attempts.repository.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

export function toAttemptView(row: AttemptDetailRow): AttemptView {
  const from = row.started_at ?? row.claimed_at;
  return {
    attempt_id: row.id,
    job_id: row.job_id,
    number: row.number,
    worker_id: row.worker_id,
    worker_name: row.worker_name,
    state: row.state,
    phase: row.phase,
    cause: row.cause,
    error: row.error,
    exit_code: row.exit_code,
    runner: row.runner,
    claimed_at: row.claimed_at.toISOString(),
    started_at: time(row.started_at),
    finished_at: time(row.finished_at),
    duration_s:
      row.finished_at === null ? null : Math.round((row.finished_at.getTime() - from.getTime()) / 1000),
    lease_expires_at: time(row.lease_expires_at),
    renew_late: row.renew_late,
    log_bytes: row.log_bytes,
    log_truncated: row.log_truncated,
    decision:
      row.decision_id === null
        ? null
        : {
            decision_id: row.decision_id,
            action: decisionActionSchema.parse(row.decision_action),
            reason: row.decision_reason ?? '',
          },
    artifacts: row.artifacts,
    phases: row.phases.map(({ phase, started_at, finished_at, ok }) => ({
      phase,
      started_at,
      finished_at,
      ok,
    })),
    environment: row.environment,
  };
}
