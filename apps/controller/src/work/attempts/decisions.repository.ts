import { canonicalJson, type Decision, type DecisionSnapshot, type Evidence } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

export interface NewDecision {
  readonly id: string;
  readonly attemptId: string;
  readonly jobId: string;
  readonly policy: { readonly version: number; readonly sha256: string };
  readonly snapshot: DecisionSnapshot;
  readonly snapshotSha256: string;
  readonly decision: Decision;
}

/** A row of `decisions`. Those of before 0013 have null where a column came later, and a snapshot of another form. */
export interface DecisionRow {
  readonly id: string;
  readonly attempt_id: string;
  readonly job_id: string;
  readonly action: string;
  readonly cause: string;
  readonly reason: string;
  readonly snapshot: Readonly<Record<string, unknown>>;
  readonly policy_version: number;
  readonly decided_at: Date;
  readonly rule: string | null;
  readonly p: number | null;
  readonly hint_id: string | null;
  readonly outcome: Decision | null;
  readonly snapshot_sha256: string | null;
  readonly policy_sha256: string | null;
  readonly came_true: boolean | null;
  readonly came_true_at: Date | null;
}

export interface DecisionFilter {
  readonly decisionId?: string | undefined;
  readonly attemptId?: string | undefined;
  readonly jobId?: string | undefined;
}

/** The newest outcomes that are looked at, of each rule and action. */
const evidenceWindow = 200;

/** All SQL on `decisions`. */
@Injectable()
export class DecisionsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: SqlExecutor, made: NewDecision): Promise<void> {
    const { decision } = made;
    await tx.query(
      `INSERT INTO decisions (id, attempt_id, job_id, action, cause, reason, snapshot, policy_version,
         rule, p, hint_id, outcome, snapshot_sha256, policy_sha256)
       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12::jsonb, $13, $14)`,
      [
        made.id,
        made.attemptId,
        made.jobId,
        decision.action,
        decision.classification.cause,
        decision.reason,
        canonicalJson(made.snapshot),
        made.policy.version,
        decision.classification.rule,
        decision.p,
        decision.hintId,
        canonicalJson(decision),
        made.snapshotSha256,
        made.policy.sha256,
      ],
    );
  }

  async ofAttempt(
    tx: SqlExecutor,
    attemptId: string,
  ): Promise<{ decision_id: string; action: string; reason: string } | null> {
    const [row] = await tx.query<{ decision_id: string; action: string; reason: string }>(
      'SELECT id AS decision_id, action, reason FROM decisions WHERE attempt_id = $1',
      [attemptId],
    );
    return row ?? null;
  }

  /** What came of the last decisions by this rule, for each action whose claim the next attempt proves. */
  async evidence(tx: SqlExecutor, rule: string): Promise<Partial<Record<string, Evidence>>> {
    const rows = await tx.query<{ action: string; n: number; s: number }>(
      `SELECT wanted.action, count(*)::int AS n, count(*) FILTER (WHERE came_true)::int AS s
       FROM unnest(ARRAY['retry', 'retry_hint', 'give_up']) AS wanted (action)
       CROSS JOIN LATERAL (
         SELECT came_true FROM decisions
         WHERE decisions.rule = $1 AND decisions.action = wanted.action AND came_true IS NOT NULL
         ORDER BY decided_at DESC LIMIT ${evidenceWindow}) AS last
       GROUP BY wanted.action`,
      [rule],
    );
    return Object.fromEntries(rows.map(({ action, n, s }) => [action, { n, s }]));
  }

  /**
   * The next attempt of the job has ended: did it succeed, the last decision to try again was right, and one that gave up
   * (an operator ran it once more) was wrong.
   */
  async noteOutcome(tx: SqlExecutor, jobId: string, succeeded: boolean): Promise<void> {
    await tx.query(
      `UPDATE decisions SET came_true = (action <> 'give_up') = $2, came_true_at = now()
       WHERE id = (SELECT id FROM decisions WHERE job_id = $1 ORDER BY decided_at DESC, id DESC LIMIT 1)
         AND action IN ('retry', 'retry_hint', 'give_up') AND came_true IS NULL`,
      [jobId, succeeded],
    );
  }

  /** Newest first. */
  list(filter: DecisionFilter, limit: number): Promise<DecisionRow[]> {
    return this.database.query<DecisionRow>(
      `SELECT * FROM decisions
       WHERE ($1::text IS NULL OR id = $1) AND ($2::text IS NULL OR attempt_id = $2) AND ($3::text IS NULL OR job_id = $3)
       ORDER BY decided_at DESC, id DESC LIMIT $4`,
      [filter.decisionId ?? null, filter.attemptId ?? null, filter.jobId ?? null, limit],
    );
  }
}
