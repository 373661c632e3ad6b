import type { AttemptResult, AttemptState, Cause } from '@ironwheel/contracts';
import type { WorkerOutcome } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database, together } from '../../platform/index.ts';
import { attemptColumns, type AttemptRow } from './attempt.row.ts';

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

export interface EndedBefore {
  readonly counts: Partial<Record<Cause, number>>;
  readonly total: number;
  readonly workerS: number;
}

export interface RunningCount {
  readonly running: number;
  /** Those that are not their job's first. */
  readonly repetitions: number;
}

/** SQL on `attempts`, apart from the claim's own. */
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

  lock(tx: SqlExecutor, id: string): Promise<AttemptRow | null> {
    return together(tx, 'attempts.lock', id, async (ids) => {
      const rows = await tx.query<AttemptRow>(
        `SELECT ${attemptColumns.join(', ')} FROM attempts WHERE id = ANY ($1) ORDER BY id FOR UPDATE`,
        [ids],
      );
      return inOrder(ids, rows);
    });
  }

  /**
   * What speaks for a worker or against it, of attempts that were claimed after `since`, newest end first. Attempts that
   * were ended on purpose with their worker's process (`released`) say nothing of it.
   */
  async workerOutcomes(
    tx: SqlExecutor,
    workerId: string,
    since: Date | null,
    limit: number,
  ): Promise<WorkerOutcome[]> {
    const rows = await tx.query<{
      state: AttemptState;
      package: string;
      claimed_at: Date;
      finished_at: Date;
    }>(
      `SELECT attempts.state, jobs.name AS package, attempts.claimed_at, attempts.finished_at
       FROM attempts JOIN jobs ON jobs.id = attempts.job_id
       WHERE attempts.worker_id = $1 AND ($2::timestamptz IS NULL OR attempts.claimed_at >= $2)
         AND (attempts.state = 'succeeded' OR (attempts.cause = 'worker' AND NOT attempts.released))
       ORDER BY attempts.finished_at DESC, attempts.fencing DESC LIMIT $3`,
      [workerId, since, limit],
    );
    return rows.map((row) => ({
      ok: row.state === 'succeeded',
      isLost: row.state === 'lost',
      package: row.package,
      claimedAt: row.claimed_at.getTime(),
      endedAt: row.finished_at.getTime(),
    }));
  }

  /** Its worker's process was ended on purpose. */
  async markReleased(tx: SqlExecutor, id: string): Promise<void> {
    await tx.query('UPDATE attempts SET released = true WHERE id = $1', [id]);
  }

  /** Of the attempt's worker. */
  isWorkerRevoked(tx: SqlExecutor, id: string): Promise<boolean> {
    return together(tx, 'attempts.isWorkerRevoked', id, async (ids) => {
      const rows = await tx.query<{ id: string }>(
        `SELECT attempts.id FROM attempts JOIN workers ON workers.id = attempts.worker_id
         WHERE attempts.id = ANY ($1) AND revoked_at IS NOT NULL`,
        [ids],
      );
      return inOrder(ids, rows).map((row) => row !== null);
    });
  }

  /**
   * How many ended attempts of the job count for each cause, and the seconds that workers spent on them: those since a
   * person last asked for a retry.
   */
  endedBefore(tx: SqlExecutor, jobId: string): Promise<EndedBefore> {
    return together(tx, 'attempts.endedBefore', jobId, async (jobIds) => {
      const rows = await tx.query<{ job_id: string; cause: Cause; count: number; seconds: number }>(
        `SELECT attempts.job_id, attempts.cause, count(*)::int AS count,
           sum(extract(epoch FROM attempts.finished_at - coalesce(attempts.started_at, attempts.claimed_at)))::float8 AS seconds
         FROM attempts JOIN jobs ON jobs.id = attempts.job_id
         WHERE attempts.job_id = ANY ($1) AND attempts.finished_at IS NOT NULL AND attempts.cause IS NOT NULL
           AND (jobs.retried_at IS NULL OR attempts.claimed_at > jobs.retried_at)
         GROUP BY attempts.job_id, attempts.cause`,
        [jobIds],
      );
      const byJob = Map.groupBy(rows, (row) => row.job_id);
      return jobIds.map((id) => {
        const own = byJob.get(id) ?? [];
        return {
          counts: Object.fromEntries(own.map((row) => [row.cause, row.count])),
          total: own.reduce((sum, row) => sum + row.count, 0),
          workerS: own.reduce((sum, row) => sum + row.seconds, 0),
        };
      });
    });
  }

  /** Attempts of the whole fleet that run; looks at each of them. */
  countRunning(tx: SqlExecutor): Promise<RunningCount> {
    return together(tx, 'attempts.countRunning', null, async (asked) => {
      const [row] = await tx.query<RunningCount>(
        `SELECT count(*)::int AS running, count(*) FILTER (WHERE number > $1)::int AS repetitions
         FROM attempts WHERE state IN ('claimed', 'running')`,
        [1],
      );
      return asked.map(() => row ?? { running: 0, repetitions: 0 });
    });
  }

  /** Ends an attempt. The lease is gone with it, and no later write of its worker is taken. */
  async end(
    tx: SqlExecutor,
    id: string,
    state: Exclude<AttemptState, 'claimed' | 'running'>,
    cause: Cause | null,
    result: AttemptResult | null,
    resultHash: Buffer | null,
  ): Promise<void> {
    const end = {
      id,
      new_state: state,
      new_cause: cause,
      new_phase: result?.phase ?? null,
      new_exit_code: result?.exit_code ?? null,
      new_error: result?.error ?? null,
      new_runner: result?.runner ?? null,
      new_phases: result?.phases ?? [],
      new_environment: result?.environment ?? {},
      new_observations: result?.provider_observations ?? [],
      new_hash: resultHash?.toString('hex') ?? null,
    };
    const isThere = await together(tx, 'attempts.end', end, async (ends) => {
      const ids = ends.map((one) => one.id);
      const rows = await tx.query<{ id: string }>(
        `UPDATE attempts SET state = new_state, cause = new_cause, finished_at = now(), lease_expires_at = NULL,
             phase = coalesce(new_phase, phase), exit_code = new_exit_code, error = nullif(new_error, 'null'::jsonb),
             runner = coalesce(new_runner, runner), phases = new_phases, environment = new_environment,
             observations = new_observations, result_hash = decode(new_hash, 'hex'),
             started_at = coalesce(started_at, claimed_at)
           FROM jsonb_to_recordset($1::jsonb) AS ending (id text, new_state text, new_cause text, new_phase text,
             new_exit_code integer, new_error jsonb, new_runner text, new_phases jsonb, new_environment jsonb,
             new_observations jsonb, new_hash text)
           WHERE attempts.id = ending.id AND attempts.id = ANY ($2) RETURNING attempts.id`,
        [JSON.stringify(ends), ids],
      );
      return inOrder(ids, rows).map((row) => row !== null);
    });
    if (!isThere) throw new Error(`the attempt ${id} has gone`);
  }
}

/** The row of each id, null where there is none. */
function inOrder<Row extends { readonly id: string }>(
  ids: readonly string[],
  rows: readonly Row[],
): (Row | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
