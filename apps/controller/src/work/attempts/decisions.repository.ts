import type { Decision, Evidence } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database, together, toTextArray } from '../../platform/index.ts';

export interface NewDecision {
  readonly id: string;
  readonly attemptId: string;
  readonly jobId: string;
  readonly policy: { readonly version: number; readonly sha256: string };
  /** The snapshot as canonical JSON, with its digest. */
  readonly snapshot: string;
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

  insert(tx: SqlExecutor, made: NewDecision): Promise<void> {
    return together(tx, 'decisions.insert', made, async (all) => {
      await tx.query(
        `INSERT INTO decisions (policy_version, p, id, attempt_id, job_id, action, cause, reason, snapshot, rule, hint_id,
           outcome, snapshot_sha256, policy_sha256)
         SELECT policy_version, p, id, attempt_id, job_id, action, cause, reason, snapshot::json, rule, hint_id,
           outcome::json, snapshot_sha256, policy_sha256
         FROM unnest($1::integer[], $2::double precision[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
           AS made (policy_version, p, id, attempt_id, job_id, action, cause, reason, snapshot, rule, hint_id, outcome,
             snapshot_sha256, policy_sha256)`,
        [
          all.map(({ policy }) => policy.version),
          all.map(({ decision }) => decision.p),
          ...toTextColumns(all.map(toTexts)),
        ],
      );
      return all.map(() => undefined);
    });
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
  evidence(tx: SqlExecutor, rule: string): Promise<Partial<Record<string, Evidence>>> {
    return together(tx, 'decisions.evidence', rule, async (rules) => {
      const rows = await tx.query<{ rule: string; action: string; n: number; s: number }>(
        `SELECT asked.rule, wanted.action, count(*)::int AS n, count(*) FILTER (WHERE came_true)::int AS s
         FROM unnest($1::text[]) AS asked (rule)
         CROSS JOIN unnest(ARRAY['retry', 'retry_hint', 'give_up']) AS wanted (action)
         CROSS JOIN LATERAL (
           SELECT came_true FROM decisions
           WHERE decisions.rule = asked.rule AND decisions.action = wanted.action AND came_true IS NOT NULL
           ORDER BY decided_at DESC LIMIT ${evidenceWindow}) AS last
         GROUP BY asked.rule, wanted.action`,
        [[...new Set(rules)]],
      );
      const byRule = Map.groupBy(rows, (row) => row.rule);
      return rules.map((one) =>
        Object.fromEntries((byRule.get(one) ?? []).map(({ action, n, s }) => [action, { n, s }])),
      );
    });
  }

  /**
   * The next attempt of the job has ended: did it succeed, the last decision to try again was right, and one that gave up
   * (an operator ran it once more) was wrong. What is decided about that next attempt itself is left alone; what only waited for
   * an outside source decided nothing.
   */
  noteOutcome(
    tx: SqlExecutor,
    outcome: { readonly jobId: string; readonly attemptId: string; readonly succeeded: boolean },
  ): Promise<void> {
    return together(tx, 'decisions.noteOutcome', outcome, async (all) => {
      await tx.query(
        `UPDATE decisions SET came_true = (action <> 'give_up') = asked.succeeded, came_true_at = now()
         FROM unnest($1::text[], $2::text[], $3::boolean[]) AS asked (job_id, attempt_id, succeeded)
         WHERE decisions.job_id = asked.job_id AND decisions.id = (
             SELECT last.id FROM decisions AS last
             WHERE last.job_id = asked.job_id AND last.attempt_id <> asked.attempt_id AND last.action <> 'wait_provider'
             ORDER BY last.decided_at DESC, last.id DESC LIMIT 1)
           AND action IN ('retry', 'retry_hint', 'give_up') AND came_true IS NULL`,
        [all.map((one) => one.jobId), all.map((one) => one.attemptId), all.map((one) => one.succeeded)],
      );
      return all.map(() => undefined);
    });
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

/** In the order in which they are inserted. */
const toTexts = ({ decision, policy, ...made }: NewDecision): (string | null)[] => [
  made.id,
  made.attemptId,
  made.jobId,
  decision.action,
  decision.classification.cause,
  decision.reason,
  made.snapshot,
  decision.classification.rule,
  decision.hintId,
  JSON.stringify(decision),
  made.snapshotSha256,
  policy.sha256,
];

const toTextColumns = (rows: readonly (readonly (string | null)[])[]): Buffer[] =>
  (rows[0] ?? []).map((_text, column) => toTextArray(rows.map((row) => row[column] ?? null)));
