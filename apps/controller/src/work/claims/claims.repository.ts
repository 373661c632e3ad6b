import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { JobRow } from '../jobs/index.ts';

export interface HeldClaimRow extends JobRow {
  readonly held_attempt_id: string;
  readonly fencing: number;
  readonly number: number;
}

export interface ConfirmedJob extends JobRow {
  /** An attempt whose lease ended, which this claim takes the job from. */
  readonly forfeited_attempt_id: string | null;
}

export interface RenewedRow {
  readonly job_id: string;
  readonly worker_id: string;
  readonly cancel_reason: string | null;
  /** True when the lease had run out and the job was offered again; the caller takes it back. */
  readonly was_offered: boolean;
}

export interface ForfeitRow {
  readonly id: string;
  readonly job_id: string;
}

/** The claim's own SQL: the hot path. */
@Injectable()
export class ClaimsRepository {
  constructor(private readonly database: Database) {}

  /** One request of a worker's claim key at a time; returns what the key was given before. */
  async heldByKey(tx: SqlExecutor, workerId: string, claimKey: string): Promise<HeldClaimRow[]> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7))', [`${workerId} ${claimKey}`]);
    return tx.query<HeldClaimRow>(
      `SELECT jobs.*, attempts.id AS held_attempt_id, attempts.fencing, attempts.number
       FROM attempts JOIN jobs ON jobs.id = attempts.job_id
       WHERE attempts.worker_id = $1 AND attempts.claim_key = $2 ORDER BY attempts.fencing`,
      [workerId, claimKey],
    );
  }

  /** Confirms in Postgres what the queue backend gave out; a job that is not `queued` any more is left out. */
  confirm(tx: SqlExecutor, jobIds: readonly string[]): Promise<ConfirmedJob[]> {
    return tx.query<ConfirmedJob>(
      `SELECT jobs.*, attempt_id AS forfeited_attempt_id FROM jobs
       JOIN unnest($1::text[]) WITH ORDINALITY AS taken (id, place) USING (id)
       WHERE state = 'queued' ORDER BY taken.place FOR UPDATE OF jobs`,
      [jobIds],
    );
  }

  /** Makes the attempts of confirmed jobs and hands the jobs over to them. */
  async grant(
    tx: SqlExecutor,
    grants: readonly { readonly attempt_id: string; readonly job_id: string }[],
    claim: {
      readonly workerId: string;
      readonly claimKey: string;
      readonly runner: string;
      readonly leaseS: number;
    },
  ): Promise<Map<string, { fencing: number; number: number }>> {
    const rows = await tx.query<{ attempt_id: string; fencing: number; number: number }>(
      `WITH grants AS (
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS g (attempt_id text, job_id text)
       ), moved AS (
         UPDATE jobs SET state = 'claimed', state_reason = NULL, attempt_id = grants.attempt_id,
           attempt_count = attempt_count + 1
         FROM grants WHERE jobs.id = grants.job_id
         RETURNING jobs.id AS job_id, jobs.attempt_id, jobs.attempt_count
       )
       INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state, runner, lease_expires_at)
       SELECT attempt_id, job_id, attempt_count, $2, $3, nextval('fencing_numbers'), 'claimed', $4,
              now() + make_interval(secs => $5)
       FROM moved
       RETURNING id AS attempt_id, fencing, number`,
      [JSON.stringify(grants), claim.workerId, claim.claimKey, claim.runner, claim.leaseS],
    );
    return new Map(rows.map((row) => [row.attempt_id, { fencing: row.fencing, number: row.number }]));
  }

  /**
   * Extends a lease if it is still the worker's: the fencing number holds and nobody else has the job. Null when
   * the attempt has lost its job.
   */
  async renew(
    tx: SqlExecutor,
    renewal: {
      readonly attemptId: string;
      readonly workerId: string | null;
      readonly fencing: number;
      readonly phase: string | null;
      readonly leaseS: number;
    },
  ): Promise<RenewedRow | null> {
    const [row] = await tx.query<RenewedRow>(
      `WITH held AS (
         SELECT attempts.id, jobs.id AS job_id, jobs.state AS job_state
         FROM attempts JOIN jobs ON jobs.id = attempts.job_id AND jobs.attempt_id = attempts.id
         WHERE attempts.id = $1 AND ($2::text IS NULL OR attempts.worker_id = $2) AND attempts.fencing = $3
           AND attempts.state IN ('claimed', 'running') AND jobs.state IN ('claimed', 'running', 'queued')
           AND NOT EXISTS (SELECT 1 FROM workers WHERE workers.id = attempts.worker_id AND revoked_at IS NOT NULL)
         FOR UPDATE OF jobs, attempts
       ), started AS (
         UPDATE jobs SET state = 'running', state_reason = NULL FROM held WHERE jobs.id = held.job_id AND jobs.state <> 'running'
       ), renewed AS (
         UPDATE attempts SET
           renew_late = renew_late OR lease_expires_at IS NULL OR lease_expires_at < now(),
           lease_expires_at = now() + make_interval(secs => $5), renewed_at = now(),
           state = 'running', started_at = coalesce(started_at, now()), phase = coalesce($4, phase)
         FROM held WHERE attempts.id = held.id
         RETURNING attempts.job_id, attempts.worker_id, attempts.cancel_reason, held.job_state
       )
       SELECT job_id, worker_id, cancel_reason, job_state = 'queued' AS was_offered FROM renewed`,
      [renewal.attemptId, renewal.workerId, renewal.fencing, renewal.phase, renewal.leaseS],
    );
    return row ?? null;
  }

  /** Attempts whose lease and grace are over (`graceMs` of libs/decisions, as SQL), locked, oldest first. */
  forfeited(tx: SqlExecutor, graceMinS: number, graceMaxS: number, limit: number): Promise<ForfeitRow[]> {
    return tx.query<ForfeitRow>(
      `SELECT id, job_id FROM attempts
       WHERE lease_expires_at < now() - make_interval(secs => $1) AND state IN ('claimed', 'running')
         AND now() >= lease_expires_at + greatest(
           make_interval(secs => $1),
           least(make_interval(secs => $2), (lease_expires_at - claimed_at) / 10))
       ORDER BY lease_expires_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
      [graceMinS, graceMaxS, limit],
    );
  }

  /**
   * Live attempts whose lease ended and whose job ended or went on without them meanwhile (cancelled, cleared):
   * nothing can restore them any more. Locked.
   */
  async orphaned(tx: SqlExecutor, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT attempts.id FROM attempts JOIN jobs ON jobs.id = attempts.job_id
       WHERE attempts.state IN ('claimed', 'running') AND attempts.lease_expires_at IS NULL
         AND (jobs.attempt_id IS DISTINCT FROM attempts.id OR jobs.state NOT IN ('claimed', 'running', 'queued'))
       ORDER BY attempts.id LIMIT $1 FOR UPDATE OF attempts SKIP LOCKED`,
      [limit],
    );
    return rows.map((row) => row.id);
  }

  /** The reaper has seen this lease; it comes back with a renewal only. */
  async suspend(tx: SqlExecutor, attemptId: string): Promise<void> {
    await tx.query('UPDATE attempts SET lease_expires_at = NULL WHERE id = $1', [attemptId]);
  }

  /** After a start nobody is late: every open lease gets a full term from now. */
  async extendAll(leaseS: number): Promise<number> {
    const rows = await this.database.query<{ id: string }>(
      `UPDATE attempts SET lease_expires_at = greatest(lease_expires_at, now() + make_interval(secs => $1))
       WHERE lease_expires_at IS NOT NULL AND state IN ('claimed', 'running') RETURNING id`,
      [leaseS],
    );
    return rows.length;
  }

  /** How many queued jobs lie in the lanes, counted up to `max`. */
  async countClaimable(
    lanes: { pool: string; platformTags: readonly string[]; pythonTags: readonly string[] },
    max: number,
  ): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (
         SELECT 1 FROM queue_items WHERE pool = $1 AND platform_tag = ANY ($2) AND python_tag = ANY ($3) LIMIT $4) AS claimable`,
      [lanes.pool, lanes.platformTags, lanes.pythonTags, max],
    );
    return row?.count ?? 0;
  }
}
