import { Injectable } from '@nestjs/common';
import { Database, toStorableJson, type SqlExecutor } from '../../platform/index.ts';
import type { NewPlan, PlanListRow, PlanRow, RunState, RunStateRow } from './plan.row.ts';

/** The table `plans`: a row for each run. */
@Injectable()
export class PlansRepository {
  constructor(private readonly database: Database) {}

  /** False when a plan of this run is there already. */
  async insert(tx: SqlExecutor, plan: NewPlan): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO plans (run_id, state, python_tag, platform_tag, document, input_ids, pool, priority, rebuild, created_by)
       VALUES ($1, 'planned', $2, $3, $4::jsonb, $5, $6, $7, $8, $9) ON CONFLICT (run_id) DO NOTHING RETURNING run_id`,
      [
        plan.run_id,
        plan.python_tag,
        plan.platform_tag,
        JSON.stringify(toStorableJson(plan.document)),
        plan.input_ids,
        plan.pool,
        plan.priority,
        plan.rebuild,
        plan.created_by,
      ],
    );
    return rows.length > 0;
  }

  /** Replaces a snapshot that nothing was done with; false when the plan of this run is another kind. */
  async replaceSnapshot(
    tx: SqlExecutor,
    plan: Pick<NewPlan, 'run_id' | 'python_tag' | 'platform_tag' | 'document'>,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE plans SET document = $2::jsonb, python_tag = $3, platform_tag = $4
       WHERE run_id = $1 AND state = 'planned' AND NOT document ? 'nodes' RETURNING run_id`,
      [plan.run_id, JSON.stringify(toStorableJson(plan.document)), plan.python_tag, plan.platform_tag],
    );
    return rows.length > 0;
  }

  async find(runId: string): Promise<PlanRow | undefined> {
    return (await this.database.query<PlanRow>('SELECT * FROM plans WHERE run_id = $1', [runId]))[0];
  }

  /** What changes of a run, without its document. */
  async findState(runId: string): Promise<RunStateRow | undefined> {
    const rows = await this.database.query<RunStateRow>(
      'SELECT run_id, state, enqueued_at, finished_at FROM plans WHERE run_id = $1',
      [runId],
    );
    return rows[0];
  }

  async lock(tx: SqlExecutor, runId: string): Promise<PlanRow | undefined> {
    return (await tx.query<PlanRow>('SELECT * FROM plans WHERE run_id = $1 FOR UPDATE', [runId]))[0];
  }

  async findLatest(): Promise<PlanRow | undefined> {
    return (
      await this.database.query<PlanRow>('SELECT * FROM plans ORDER BY created_at DESC, run_id DESC LIMIT 1')
    )[0];
  }

  /** Newest first, without the documents. */
  async list(
    filter: { state?: RunState | undefined },
    limit: number,
    offset: number,
  ): Promise<PlanListRow[]> {
    return this.database.query<PlanListRow>(
      `SELECT run_id, state, python_tag, platform_tag, pool, priority, rebuild, created_at, created_by, enqueued_at,
         finished_at, node_count AS nodes, build_count AS to_build, reuse_count AS reuse, missing_count AS missing, asked_for, asked_count,
         coalesce((SELECT jsonb_object_agg(state, count) FROM (
           SELECT jobs.state, count(*)::int AS count FROM run_jobs JOIN jobs ON jobs.id = run_jobs.job_id
           WHERE run_jobs.run_id = plans.run_id GROUP BY jobs.state) AS counted), '{}') AS jobs
       FROM plans
       WHERE run_id IN (
         SELECT run_id FROM plans WHERE $1::text IS NULL OR state = $1
         ORDER BY created_at DESC, run_id DESC LIMIT $2 OFFSET $3)
       ORDER BY created_at DESC, run_id DESC`,
      [filter.state ?? null, limit, offset],
    );
  }

  async markEnqueued(tx: SqlExecutor, runId: string): Promise<void> {
    await tx.query(`UPDATE plans SET state = 'enqueued', enqueued_at = now() WHERE run_id = $1`, [runId]);
  }

  /** A run with nothing left to build is done at once; the others are when their last job ends. */
  async finishIfDone(tx: SqlExecutor, runId: string): Promise<void> {
    await tx.query(
      `UPDATE plans SET state = 'done', finished_at = now()
       WHERE run_id = $1 AND state = 'enqueued' AND NOT EXISTS (
         SELECT 1 FROM run_jobs JOIN jobs ON jobs.id = run_jobs.job_id
         WHERE run_jobs.run_id = $1 AND jobs.state IN ('blocked', 'queued', 'claimed', 'running', 'waiting'))`,
      [runId],
    );
  }
}
