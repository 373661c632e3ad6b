import type { AttemptResult, AttemptState, Cause } from '@ironwheel/contracts';
import type { Decision, DecisionSnapshot } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { AttemptRow } from './attempt.row.ts';

export type AttemptDetailRow = AttemptRow & {
  readonly worker_name: string | null;
  readonly decision_id: string | null;
  readonly decision_action: string | null;
  readonly decision_reason: string | null;
  readonly artifacts: { filename: string; sha256: string; size: number }[];
};

const detail = `SELECT attempts.*, workers.name AS worker_name,
    decisions.id AS decision_id, decisions.action AS decision_action, decisions.reason AS decision_reason,
    coalesce((SELECT jsonb_agg(jsonb_build_object('filename', filename, 'sha256', sha256, 'size', size) ORDER BY filename)
      FROM artifacts WHERE artifacts.attempt_id = attempts.id), '[]') AS artifacts
  FROM attempts LEFT JOIN workers ON workers.id = attempts.worker_id
  LEFT JOIN decisions ON decisions.attempt_id = attempts.id`;

/** SQL on `attempts` and `decisions`, apart from the claim's own. */
@Injectable()
export class AttemptsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<AttemptDetailRow | null> {
    const [row] = await this.database.query<AttemptDetailRow>(`${detail} WHERE attempts.id = $1`, [id]);
    return row ?? null;
  }

  listByJob(jobId: string): Promise<AttemptDetailRow[]> {
    return this.database.query<AttemptDetailRow>(
      `${detail} WHERE attempts.job_id = $1 ORDER BY attempts.number`,
      [jobId],
    );
  }

  async lock(tx: SqlExecutor, id: string): Promise<AttemptRow | null> {
    const [row] = await tx.query<AttemptRow>('SELECT * FROM attempts WHERE id = $1 FOR UPDATE', [id]);
    return row ?? null;
  }

  async isWorkerRevoked(tx: SqlExecutor, workerId: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 FROM workers WHERE id = $1 AND revoked_at IS NOT NULL', [workerId]);
    return rows.length > 0;
  }

  /** How many ended attempts of the job count for each cause: those since a person last asked for a retry. */
  async endedByCause(
    tx: SqlExecutor,
    jobId: string,
  ): Promise<{ counts: Partial<Record<Cause, number>>; total: number }> {
    const rows = await tx.query<{ cause: Cause; count: number }>(
      `SELECT attempts.cause, count(*)::int AS count FROM attempts JOIN jobs ON jobs.id = attempts.job_id
       WHERE attempts.job_id = $1 AND attempts.finished_at IS NOT NULL AND attempts.cause IS NOT NULL
         AND (jobs.retried_at IS NULL OR attempts.claimed_at > jobs.retried_at)
       GROUP BY attempts.cause`,
      [jobId],
    );
    return {
      counts: Object.fromEntries(rows.map((row) => [row.cause, row.count])),
      total: rows.reduce((sum, row) => sum + row.count, 0),
    };
  }

  /** Ends an attempt. The lease is gone with it, and no later write of its worker is taken. */
  async end(
    tx: SqlExecutor,
    id: string,
    state: Exclude<AttemptState, 'claimed' | 'running'>,
    cause: Cause | null,
    result: AttemptResult | null,
    resultHash: Buffer | null,
  ): Promise<AttemptRow> {
    const [row] = await tx.query<AttemptRow>(
      `UPDATE attempts SET state = $2, cause = $3, finished_at = now(), lease_expires_at = NULL,
         phase = coalesce($4, phase), exit_code = $5, error = $6::jsonb, runner = coalesce($7, runner),
         phases = $8::jsonb, environment = $9::jsonb, observations = $10::jsonb, result_hash = $11,
         started_at = coalesce(started_at, claimed_at)
       WHERE id = $1 RETURNING *`,
      [
        id,
        state,
        cause,
        result?.phase ?? null,
        result?.exit_code ?? null,
        result?.error ? JSON.stringify(result.error) : null,
        result?.runner ?? null,
        JSON.stringify(result?.phases ?? []),
        JSON.stringify(result?.environment ?? {}),
        JSON.stringify(result?.provider_observations ?? []),
        resultHash,
      ],
    );
    if (row === undefined) throw new Error(`the attempt ${id} has gone`);
    return row;
  }

  async insertDecision(
    tx: SqlExecutor,
    decision: Decision & {
      readonly id: string;
      readonly attemptId: string;
      readonly jobId: string;
      readonly policyVersion: number;
    },
    snapshot: DecisionSnapshot,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO decisions (id, attempt_id, job_id, action, cause, reason, snapshot, policy_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)`,
      [
        decision.id,
        decision.attemptId,
        decision.jobId,
        decision.action,
        decision.classification.cause,
        decision.reason,
        JSON.stringify({ ...snapshot, rule: decision.classification.rule }),
        decision.policyVersion,
      ],
    );
  }

  async decisionOf(
    tx: SqlExecutor,
    attemptId: string,
  ): Promise<{ decision_id: string; action: string; reason: string } | null> {
    const [row] = await tx.query<{ decision_id: string; action: string; reason: string }>(
      'SELECT id AS decision_id, action, reason FROM decisions WHERE attempt_id = $1',
      [attemptId],
    );
    return row ?? null;
  }
}
