import type { BuildWheel, JobAdjustment, JobState, PlanSource, Recipes } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database, together } from '../../platform/index.ts';
import { movedColumns, type JobRow, type MovedJob } from './job.row.ts';
import { blockedBehind, reopenable, unblockable } from './job-needs.ts';
import { finishRuns, isWanted, reopenRuns, runIds } from './job-runs.ts';

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
  readonly build_wheels: readonly BuildWheel[];
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

export type JobListRow = JobRow & {
  readonly run_ids: string[];
  /** Of the wheel that the job ended with. */
  readonly wheel_sha256: string | null;
};

const withRuns = `SELECT jobs.*, coalesce(
    (SELECT array_agg(run_id ORDER BY run_id) FROM run_jobs WHERE job_id = jobs.id), '{}') AS run_ids,
    (SELECT sha256 FROM served_files WHERE filename = jobs.wheel) AS wheel_sha256 FROM jobs`;

/** All SQL on `jobs`, `run_jobs` and `job_edges`; that on their runs is in `job-runs.ts`, that on what they need in `job-needs.ts`. */
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
  listByRun(runId: string): Promise<Pick<JobRow, 'id' | 'name' | 'version' | 'state'>[]> {
    return this.database.query(
      `SELECT jobs.id, name, version, state FROM run_jobs JOIN jobs ON jobs.id = run_jobs.job_id
       WHERE run_jobs.run_id = $1 ORDER BY name, version, python_tag`,
      [runId],
    );
  }

  /** Wheels of a target whose newest generation failed for good. */
  listFailed(pythonTag: string, platformTag: string): Promise<JobRow[]> {
    return this.database.query<JobRow>(
      `SELECT * FROM (
         SELECT DISTINCT ON (name, version) * FROM jobs WHERE python_tag = $1 AND platform_tag = $2
         ORDER BY name, version, generation DESC) AS newest
       WHERE state = 'failed' ORDER BY name, version`,
      [pythonTag, platformTag],
    );
  }

  async listByIds(sql: SqlExecutor, ids: readonly string[]): Promise<Map<string, JobRow>> {
    const rows = await sql.query<JobRow>('SELECT * FROM jobs WHERE id = ANY ($1)', [ids]);
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

  lock(tx: SqlExecutor, id: string): Promise<JobRow | null> {
    return together(tx, 'jobs.lock', id, async (ids) => {
      const rows = await tx.query<JobRow>('SELECT * FROM jobs WHERE id = ANY ($1) ORDER BY id FOR UPDATE', [
        ids,
      ]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((one) => byId.get(one) ?? null);
    });
  }

  /** Locks the job of an attempt. */
  lockOfAttempt(tx: SqlExecutor, attemptId: string): Promise<JobRow | null> {
    return together(tx, 'jobs.lockOfAttempt', attemptId, async (attemptIds) => {
      const rows = await tx.query<JobRow & { readonly of_attempt: string }>(
        `SELECT jobs.*, attempts.id AS of_attempt FROM attempts JOIN jobs ON jobs.id = attempts.job_id
         WHERE attempts.id = ANY ($1) ORDER BY jobs.id FOR UPDATE OF jobs`,
        [attemptIds],
      );
      const byAttempt = new Map(rows.map((row) => [row.of_attempt, row]));
      return attemptIds.map((one) => byAttempt.get(one) ?? null);
    });
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
      `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state, pool, priority, source, recipes,
         build_wheels, queued_at)
       SELECT id, name, version, python_tag, platform_tag, generation, state, pool, priority,
              nullif(source, 'null'::jsonb), recipes, build_wheels, CASE WHEN state = 'queued' THEN now() END
       FROM jsonb_to_recordset($1::jsonb) AS job (id text, name text, version text, python_tag text, platform_tag text,
         generation integer, state text, pool text, priority integer, source jsonb, recipes jsonb,
         build_wheels jsonb)`,
      [JSON.stringify(jobs)],
    );
  }

  async linkRun(tx: SqlExecutor, runId: string, jobIds: readonly string[]): Promise<void> {
    await tx.query(
      'INSERT INTO run_jobs (run_id, job_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
      [runId, jobIds],
    );
  }

  async setBuildWheels(
    tx: SqlExecutor,
    jobs: readonly { readonly id: string; readonly build_wheels: readonly BuildWheel[] }[],
  ): Promise<void> {
    if (jobs.length === 0) return;
    await tx.query(
      `UPDATE jobs SET build_wheels = given.build_wheels
       FROM jsonb_to_recordset($1::jsonb) AS given (id text, build_wheels jsonb) WHERE jobs.id = given.id`,
      [JSON.stringify(jobs)],
    );
  }

  async setPool(tx: SqlExecutor, ids: readonly string[], pool: string): Promise<void> {
    if (ids.length > 0) await tx.query('UPDATE jobs SET pool = $2 WHERE id = ANY ($1)', [ids, pool]);
  }

  /**
   * Other jobs of the same release that nobody builds yet, locked. One that another transaction holds is being claimed
   * or ended at this moment and is left out, so that two of them never wait for each other.
   */
  listIdleSiblings(
    tx: SqlExecutor,
    job: Pick<JobRow, 'id' | 'name' | 'version' | 'generation'>,
  ): Promise<JobRow[]> {
    return tx.query<JobRow>(
      `SELECT jobs.* FROM jobs WHERE name = $2 AND version = $3 AND id <> $1 AND generation <= $4
         AND state IN ('blocked', 'queued', 'waiting')
         AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.id = jobs.attempt_id AND attempts.state IN ('claimed', 'running'))
       ORDER BY jobs.id FOR UPDATE OF jobs SKIP LOCKED`,
      [job.id, job.name, job.version, job.generation],
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
  ): Promise<MovedJob[]> {
    const { reason = null, notBefore = null, wheel = null } = more;
    const moves = ids.map((id) => ({ id, to, reason, not_before: notBefore, new_wheel: wheel }));
    return together(tx, 'jobs.move', moves, async (lists) => {
      const all = lists.flat();
      if (all.length === 0) return lists.map(() => []);
      const rows = await tx.query<MovedJob>(
        `UPDATE jobs SET state = move.to, state_reason = move.reason, not_before = move.not_before,
           wheel = coalesce(move.new_wheel, wheel),
           queued_at = CASE WHEN move.to = 'queued' THEN coalesce(queued_at, now()) ELSE queued_at END,
           finished_at = CASE WHEN move.to IN ('succeeded', 'failed', 'cancelled', 'unreachable') THEN now() END
         FROM jsonb_to_recordset($1::jsonb)
           AS move (id text, "to" text, reason text, not_before timestamptz, new_wheel text)
         WHERE jobs.id = move.id AND jobs.id = ANY ($2)
         RETURNING ${movedColumns.map((column) => `jobs.${column}`).join(', ')}`,
        [JSON.stringify(all), all.map(({ id }) => id)],
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      return lists.map((list) => list.flatMap(({ id }) => byId.get(id) ?? []));
    });
  }

  /** Opens again what became `unreachable` because of `id`, at any distance. Returns the jobs as `blocked`. */
  async reopenBehind(tx: SqlExecutor, id: string): Promise<MovedJob[]> {
    const reopened: MovedJob[] = [];
    for (let frontier = [id]; frontier.length > 0;) {
      frontier = await reopenable(tx, frontier);
      if (frontier.length > 0) reopened.push(...(await this.move(tx, frontier, 'blocked')));
    }
    return reopened;
  }

  /** The jobs are wanted again: attempts that were to be cancelled, and have not ended yet, may go on. */
  async keepAttempts(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    if (jobIds.length === 0) return;
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
    if (ids.length === 0) return;
    await tx.query('UPDATE jobs SET retried_at = now() WHERE id = ANY ($1)', [ids]);
  }

  async adjust(tx: SqlExecutor, id: string, adjustment: JobAdjustment): Promise<void> {
    await tx.query('UPDATE jobs SET adjustment = $2::jsonb WHERE id = $1', [id, JSON.stringify(adjustment)]);
  }

  async setPriority(tx: SqlExecutor, id: string, priority: number): Promise<void> {
    await tx.query('UPDATE jobs SET priority = $2 WHERE id = $1', [id, priority]);
  }

  async raisePriority(tx: SqlExecutor, ids: readonly string[], priority: number): Promise<void> {
    if (ids.length === 0) return;
    await tx.query('UPDATE jobs SET priority = greatest(priority, $2) WHERE id = ANY ($1)', [ids, priority]);
  }

  readonly unblockable = unblockable;
  readonly blockedBehind = blockedBehind;
  readonly isWanted = isWanted;
  readonly runIds = runIds;
  readonly finishRuns = finishRuns;
  readonly reopenRuns = reopenRuns;

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
