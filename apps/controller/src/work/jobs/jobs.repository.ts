import type { JobState, PlanSource, Recipes } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { JobRow } from './job.row.ts';

export interface NewJob {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly generation: number;
  readonly state: JobState;
  readonly pool: string;
  readonly priority: number;
  readonly source: PlanSource | null;
  readonly recipes: Recipes;
}

export interface JobKey {
  readonly name: string;
  readonly version: string;
  readonly python_tag: string;
  readonly platform_tag: string;
}

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly package?: string | undefined;
  readonly run_id?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export type JobListRow = JobRow & { readonly run_ids: string[] };

const withRuns = `SELECT jobs.*, coalesce(
    (SELECT array_agg(run_id ORDER BY run_id) FROM run_jobs WHERE job_id = jobs.id), '{}') AS run_ids FROM jobs`;

/** All SQL on `jobs`, `run_jobs` and `job_edges`. */
@Injectable()
export class JobsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<JobListRow | null> {
    const [row] = await this.database.query<JobListRow>(`${withRuns} WHERE id = $1`, [id]);
    return row ?? null;
  }

  async list(filter: JobFilter): Promise<JobListRow[]> {
    const conditions: string[] = [];
    const values: unknown[] = [];
    const add = (condition: (place: string) => string, value: unknown): void => {
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    };
    if (filter.state !== undefined) add((at) => `state = ${at}`, filter.state);
    if (filter.package !== undefined) add((at) => `name = ${at}`, filter.package);
    if (filter.run_id !== undefined)
      add((at) => `id IN (SELECT job_id FROM run_jobs WHERE run_id = ${at})`, filter.run_id);
    values.push(filter.limit, filter.offset);
    return this.database.query<JobListRow>(
      `${withRuns} ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY created_at DESC, id DESC LIMIT $${values.length - 1} OFFSET $${values.length}`,
      values,
    );
  }

  /** Jobs of a run, by name. */
  listByRun(runId: string): Promise<JobRow[]> {
    return this.database.query<JobRow>(
      `SELECT jobs.* FROM run_jobs JOIN jobs ON jobs.id = run_jobs.job_id
       WHERE run_jobs.run_id = $1 ORDER BY name, version, python_tag`,
      [runId],
    );
  }

  async listByIds(ids: readonly string[]): Promise<Map<string, JobRow>> {
    const rows = await this.database.query<JobRow>('SELECT * FROM jobs WHERE id = ANY ($1)', [ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  async edges(id: string): Promise<{ needs: string[]; neededBy: string[] }> {
    const rows = await this.database.query<{ job_id: string; needs_job_id: string }>(
      'SELECT job_id, needs_job_id FROM job_edges WHERE job_id = $1 OR needs_job_id = $1',
      [id],
    );
    return {
      needs: rows.filter((row) => row.job_id === id).map((row) => row.needs_job_id),
      neededBy: rows.filter((row) => row.needs_job_id === id).map((row) => row.job_id),
    };
  }

  async lock(tx: SqlExecutor, id: string): Promise<JobRow | null> {
    const [row] = await tx.query<JobRow>('SELECT * FROM jobs WHERE id = $1 FOR UPDATE', [id]);
    return row ?? null;
  }

  /** One enqueue at a time, so that two runs that want one wheel find each other's job. */
  async lockEnqueue(tx: SqlExecutor): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('ironwheel.enqueue'))`);
  }

  /** The newest generation of each wheel that has one, locked. */
  latest(tx: SqlExecutor, keys: readonly JobKey[]): Promise<JobRow[]> {
    return tx.query<JobRow>(
      `SELECT jobs.* FROM jsonb_to_recordset($1::jsonb) AS k (name text, version text, python_tag text, platform_tag text)
       JOIN LATERAL (
         SELECT * FROM jobs WHERE jobs.name = k.name AND jobs.version = k.version
           AND jobs.python_tag = k.python_tag AND jobs.platform_tag = k.platform_tag
         ORDER BY generation DESC LIMIT 1 FOR UPDATE
       ) AS jobs ON true`,
      [JSON.stringify(keys)],
    );
  }

  /**
   * The highest generation that a served wheel of a release has taken for more than one target: one that was handed
   * in, or one without a CPython ABI of its own (`py3-none-any`, abi3). A further build must not get its file name.
   * Keys are `name version`.
   */
  async takenGenerations(tx: SqlExecutor, keys: readonly JobKey[]): Promise<Map<string, number>> {
    const rows = await tx.query<{ name: string; version: string; generation: number }>(
      `SELECT k.name, k.version,
              max(coalesce(substring(artifacts.build_tag FROM '^[0-9]{1,6}')::int, 1)) AS generation
       FROM (SELECT DISTINCT name, version FROM jsonb_to_recordset($1::jsonb) AS k (name text, version text)) AS k
       JOIN artifacts ON artifacts.name = k.name AND artifacts.version = k.version
       WHERE artifacts.accepted_at IS NOT NULL
         AND (artifacts.input_id IS NOT NULL
              OR NOT EXISTS (SELECT 1 FROM unnest(artifacts.tags) AS tag
                             WHERE tag LIKE artifacts.python_tag || '-' || artifacts.python_tag || '%'))
       GROUP BY k.name, k.version`,
      [JSON.stringify(keys)],
    );
    return new Map(rows.map((row) => [`${row.name} ${row.version}`, row.generation]));
  }

  async insert(tx: SqlExecutor, jobs: readonly NewJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await tx.query(
      `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state, pool, priority, source, recipes, queued_at)
       SELECT id, name, version, python_tag, platform_tag, generation, state, pool, priority,
              nullif(source, 'null'::jsonb), recipes, CASE WHEN state = 'queued' THEN now() END
       FROM jsonb_to_recordset($1::jsonb) AS job (id text, name text, version text, python_tag text, platform_tag text,
         generation integer, state text, pool text, priority integer, source jsonb, recipes jsonb)`,
      [JSON.stringify(jobs)],
    );
  }

  async linkRun(tx: SqlExecutor, runId: string, jobIds: readonly string[]): Promise<void> {
    await tx.query(
      'INSERT INTO run_jobs (run_id, job_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
      [runId, jobIds],
    );
  }

  async addEdges(
    tx: SqlExecutor,
    edges: readonly { job_id: string; needs_job_id: string; kind: string }[],
  ): Promise<void> {
    if (edges.length === 0) return;
    await tx.query(
      `INSERT INTO job_edges (job_id, needs_job_id, kind)
       SELECT job_id, needs_job_id, kind FROM jsonb_to_recordset($1::jsonb) AS edge (job_id text, needs_job_id text, kind text)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(edges)],
    );
  }

  /** Moves jobs to a state and returns them as they are then. Entering `queued` stamps `queued_at` when it is unset. */
  move(
    tx: SqlExecutor,
    ids: readonly string[],
    to: JobState,
    more: {
      readonly reason?: string | null;
      readonly notBefore?: Date | null;
      readonly wheel?: string | null;
    } = {},
  ): Promise<JobRow[]> {
    return tx.query<JobRow>(
      `UPDATE jobs SET state = $2, state_reason = $3, not_before = $4, wheel = coalesce($5, wheel),
         queued_at = CASE WHEN $2 = 'queued' THEN coalesce(queued_at, now()) ELSE queued_at END,
         finished_at = CASE WHEN $2 IN ('succeeded', 'failed', 'cancelled', 'unreachable') THEN now() END
       WHERE id = ANY ($1) RETURNING *`,
      [ids, to, more.reason ?? null, more.notBefore ?? null, more.wheel ?? null],
    );
  }

  /**
   * Blocked jobs that need `id` and whose other needs have all succeeded. They are locked before their needs are
   * looked at, so that of two needs that succeed at once the second sees the first.
   */
  async unblockable(tx: SqlExecutor, id: string): Promise<string[]> {
    await tx.query(
      `SELECT jobs.id FROM job_edges JOIN jobs ON jobs.id = job_edges.job_id
       WHERE job_edges.needs_job_id = $1 AND jobs.state = 'blocked' ORDER BY jobs.id FOR UPDATE OF jobs`,
      [id],
    );
    const rows = await tx.query<{ id: string }>(
      `SELECT jobs.id FROM job_edges JOIN jobs ON jobs.id = job_edges.job_id
       WHERE job_edges.needs_job_id = $1 AND jobs.state = 'blocked' AND NOT EXISTS (
         SELECT 1 FROM job_edges AS other JOIN jobs AS needed ON needed.id = other.needs_job_id
         WHERE other.job_id = jobs.id AND needed.state <> 'succeeded')`,
      [id],
    );
    return rows.map((row) => row.id);
  }

  /** Blocked jobs that need `id`, at any distance. */
  async blockedBehind(tx: SqlExecutor, id: string): Promise<string[]> {
    const rows = await tx.query<{ job_id: string }>(
      `WITH RECURSIVE behind AS (
         SELECT job_id FROM job_edges WHERE needs_job_id = $1
         UNION SELECT job_edges.job_id FROM job_edges JOIN behind ON job_edges.needs_job_id = behind.job_id)
       SELECT job_id FROM behind JOIN jobs ON jobs.id = job_id WHERE jobs.state = 'blocked'
       ORDER BY jobs.id FOR UPDATE OF jobs`,
      [id],
    );
    return rows.map((row) => row.job_id);
  }

  /**
   * Opens again what became `unreachable` because of `id`, at any distance, and needs nothing else that failed.
   * Returns the jobs as `blocked`.
   */
  async reopenBehind(tx: SqlExecutor, id: string): Promise<JobRow[]> {
    const reopened: JobRow[] = [];
    for (let frontier = [id]; frontier.length > 0;) {
      const rows = await tx.query<{ id: string }>(
        `SELECT jobs.id FROM jobs WHERE jobs.state = 'unreachable'
           AND jobs.id IN (SELECT job_id FROM job_edges WHERE needs_job_id = ANY ($1))
           AND NOT EXISTS (SELECT 1 FROM job_edges JOIN jobs AS needed ON needed.id = job_edges.needs_job_id
             WHERE job_edges.job_id = jobs.id AND needed.state IN ('failed', 'cancelled', 'unreachable'))
         ORDER BY jobs.id FOR UPDATE OF jobs`,
        [frontier],
      );
      frontier = rows.map((row) => row.id);
      if (frontier.length > 0) reopened.push(...(await this.move(tx, frontier, 'blocked')));
    }
    return reopened;
  }

  /** Runs that were done and have work again. */
  async reopenRuns(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE plans SET state = 'enqueued', finished_at = NULL
       WHERE state = 'done' AND run_id IN (SELECT run_id FROM run_jobs WHERE job_id = ANY ($1))`,
      [jobIds],
    );
  }

  /** The jobs are wanted again: attempts that were to be cancelled, and have not ended yet, may go on. */
  async keepAttempts(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    await tx.query(
      `WITH kept AS (
         UPDATE attempts SET cancel_reason = NULL FROM jobs
         WHERE jobs.id = ANY ($1) AND attempts.id = jobs.attempt_id AND attempts.cancel_reason IS NOT NULL
           AND attempts.state IN ('claimed', 'running')
         RETURNING jobs.id)
       UPDATE jobs SET state_reason = NULL FROM kept WHERE jobs.id = kept.id`,
      [jobIds],
    );
  }

  /** Jobs whose wait is over, up to `limit`, moved to `queued`. */
  releaseWaiting(tx: SqlExecutor, now: Date, limit: number): Promise<JobRow[]> {
    return tx.query<JobRow>(
      `UPDATE jobs SET state = 'queued', not_before = NULL, state_reason = NULL
       WHERE id IN (SELECT id FROM jobs WHERE state = 'waiting' AND not_before <= $1
                    ORDER BY not_before LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [now, limit],
    );
  }

  /** Attempts before this moment no longer count against the policy. */
  async markRetried(tx: SqlExecutor, ids: readonly string[]): Promise<void> {
    await tx.query('UPDATE jobs SET retried_at = now() WHERE id = ANY ($1)', [ids]);
  }

  async setPriority(tx: SqlExecutor, id: string, priority: number): Promise<void> {
    await tx.query('UPDATE jobs SET priority = $2 WHERE id = $1', [id, priority]);
  }

  async raisePriority(tx: SqlExecutor, ids: readonly string[], priority: number): Promise<void> {
    await tx.query('UPDATE jobs SET priority = greatest(priority, $2) WHERE id = ANY ($1)', [ids, priority]);
  }

  /** Is the job wanted by a run that was not cancelled, or by hand: enqueued for no run, or opened again since? */
  async isWanted(tx: SqlExecutor, id: string): Promise<boolean> {
    const [row] = await tx.query<{ wanted: boolean }>(
      `SELECT NOT EXISTS (SELECT 1 FROM run_jobs WHERE job_id = $1)
         OR EXISTS (SELECT 1 FROM run_jobs JOIN plans USING (run_id) WHERE job_id = $1 AND plans.state <> 'cancelled')
         OR EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND retried_at > ALL (
           SELECT plans.finished_at FROM run_jobs JOIN plans USING (run_id) WHERE job_id = $1)) AS wanted`,
      [id],
    );
    return row?.wanted ?? false;
  }

  async runIds(tx: SqlExecutor, id: string): Promise<string[]> {
    const rows = await tx.query<{ run_id: string }>(
      'SELECT run_id FROM run_jobs WHERE job_id = $1 ORDER BY run_id DESC',
      [id],
    );
    return rows.map((row) => row.run_id);
  }

  /** Runs whose jobs have all ended become `done`. Locked first, so that of two last jobs the second sees the first. */
  async finishRuns(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    await tx.query(
      `SELECT run_id FROM plans
       WHERE state = 'enqueued' AND run_id IN (SELECT run_id FROM run_jobs WHERE job_id = ANY ($1))
       ORDER BY run_id FOR NO KEY UPDATE`,
      [jobIds],
    );
    await tx.query(
      `UPDATE plans SET state = 'done', finished_at = now()
       WHERE state = 'enqueued' AND run_id IN (SELECT run_id FROM run_jobs WHERE job_id = ANY ($1))
         AND NOT EXISTS (SELECT 1 FROM run_jobs JOIN jobs ON jobs.id = run_jobs.job_id
           WHERE run_jobs.run_id = plans.run_id
             AND jobs.state IN ('blocked', 'queued', 'claimed', 'running', 'waiting'))`,
      [jobIds],
    );
  }

  async areClaimsPaused(): Promise<boolean> {
    const [row] = await this.database.query<{ paused: boolean }>(
      `SELECT (value ->> 'paused')::boolean AS paused FROM settings WHERE name = 'claims'`,
    );
    return row?.paused ?? false;
  }

  async countByState(): Promise<Partial<Record<JobState, number>>> {
    const rows = await this.database.query<{ state: JobState; count: string }>(
      `SELECT state, count(*) AS count FROM jobs
       WHERE state IN ('blocked', 'queued', 'claimed', 'running', 'waiting') GROUP BY state`,
    );
    return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]));
  }
}
