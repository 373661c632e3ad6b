import type { CommandEnvelope, CommandView, HeldAttemptView } from '@ironwheel/contracts';
import type { HeldAttempt } from '../workers/index.ts';
import type { CommandRow } from './command.row.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

export function toCommandView(row: CommandRow): CommandView {
  return {
    command_id: row.id,
    server_id: row.server_id,
    generation: row.generation,
    verb: row.verb,
    state: row.state,
    actor: row.actor,
    reason: row.reason,
    issued_at: row.issued_at.toISOString(),
    hold_until: time(row.hold_until),
    expires_at: row.expires_at.toISOString(),
    delivered_at: time(row.delivered_at),
    accepted_at: time(row.accepted_at),
    finished_at: time(row.finished_at),
    ended_attempts: row.ended_attempts,
    checks: row.results,
    detail: row.detail,
  };
}

/** What the agent gets to see. */
export function toEnvelope(row: CommandRow): CommandEnvelope {
  return {
    command_id: row.id,
    generation: row.generation,
    issued_at: row.issued_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    verb: row.verb,
    ...(row.checks === null ? {} : { checks: row.checks }),
    actor: row.actor.slice(0, 200),
  };
}

export const toHeldView = ({ attemptId, workerId, text, phase }: HeldAttempt): HeldAttemptView => ({
  attempt_id: attemptId,
  worker_id: workerId,
  text,
  phase,
});
