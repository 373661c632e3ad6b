import type { BuildWheel } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { andCommit, Database, together, toTextArray } from '../../platform/index.ts';
import type { ClaimantRow } from '../../fleet/index.ts';
import { lanePoolsFor } from '../queue/index.ts';
import type { JobRow } from '../jobs/index.ts';

/** One request for work, as SQL takes it. */
export interface ClaimKey {
  readonly workerId: string;
  /** The worker's own name of its request. */
  readonly claimKey: string;
}

/** A request that has begun, with what is to be known of its worker and pool. */
export interface BegunRow extends ClaimantRow {
  /** Of the request among those that were handed in, from 1. */
  readonly place: number;
  readonly is_pool_bounded: boolean;
  readonly has_key: boolean;
  /** The key was given something before. */
  readonly is_known: boolean;
  readonly is_paused: boolean;
}

/** What of a job its claim tells. */
const claimedColumns = [
  'id',
  'name',
  'version',
  'python_tag',
  'platform_tag',
  'generation',
  'pool',
  'source',
  'recipes',
  'hint_recipes',
  'adjustment',
] as const satisfies readonly (keyof JobRow)[];
export type ClaimedJob = Pick<JobRow, (typeof claimedColumns)[number]>;
const columnsOf = (table: string): string => claimedColumns.map((column) => `${table}.${column}`).join(', ');

export interface HeldClaimRow extends ClaimedJob {
  readonly worker_id: string;
  readonly claim_key: string;
  readonly held_attempt_id: string;
  readonly fencing: number;
  readonly number: number;
}

export interface Grant extends ClaimKey {
  readonly jobId: string;
  readonly attemptId: string;
  readonly runner: string;
  /** Attempts that the worker still has: a job that was taken from one of them is not granted to it. */
  readonly holding: readonly string[];
}

/** A job as its new attempt has it. */
export interface GrantedJob extends ClaimedJob {
  readonly attempt_id: string;
  readonly fencing: number;
  readonly number: number;
  /** The job's last attempt. Does it still live, its lease has ended, and this claim takes the job from it. */
  readonly forfeited_attempt_id: string | null;
  /** Wheels may be there that its build needs. */
  readonly has_needs: boolean;
  /** Its key had been given something by another transaction, which ended between the snapshot of `begin` and its lock. */
  readonly was_known: boolean;
}

export interface Renewal {
  readonly attemptId: string;
  /** Null: of whichever worker. */
  readonly workerId: string | null;
  readonly fencing: number;
  readonly phase: string | null;
}

export interface RenewedRow {
  readonly id: string;
  readonly job_id: string;
  readonly worker_id: string;
  readonly cancel_reason: string | null;
  /** True when the lease had run out and the job was offered again; the caller takes it back. */
  readonly was_offered: boolean;
}

/** A grant that more than its own rows hangs on; nothing of its transaction was written. */
export class NotPlainError extends Error {}

/** SQLSTATE of the function `refuse`. */
const refusedCode = 'IW001';

export interface ForfeitRow {
  readonly id: string;
  readonly job_id: string;
}

/** One attempt of a claim key. An `EXISTS` may be answered from all of a table, where it was small when it was planned. */
const attemptOf = (asked: string): string =>
  `SELECT 1 FROM attempts WHERE attempts.worker_id = ${asked}.worker_id AND attempts.claim_key = ${asked}.claim_key LIMIT 1`;

/** The claim's own SQL: the hot path. */
@Injectable()
export class ClaimsRepository {
  constructor(private readonly database: Database) {}

  /** Waits until no other transaction serves this key. */
  async awaitKey(tx: SqlExecutor, key: ClaimKey): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7))', [textOf(key)]);
  }

  /**
   * Begins requests: until `tx` ends, each has its key for itself (`has_key`) and its worker's intent stays as it is;
   * heartbeats are not held up. With `isPatient` false those are left out whose intent is being changed at this moment, as
   * are unknown workers always.
   */
  begin(tx: SqlExecutor, keys: readonly ClaimKey[], isPatient: boolean): Promise<BegunRow[]> {
    return tx.query<BegunRow>(
      `SELECT asked.place::int, workers.name, workers.revoked_at, workers.pool, desired_state, desired_reason, desired_by,
         desired_at, desired_until, quarantined_at, quarantine_kind, quarantine_reason, quarantine_until, quarantine_count,
         stopping_until, pools.max_jobs IS NOT NULL OR pools.archived_at IS NOT NULL AS is_pool_bounded,
         pg_try_advisory_xact_lock(hashtextextended(asked.worker_id || ' ' || asked.claim_key, 7)) AS has_key,
         (${attemptOf('asked')}) IS NOT NULL AS is_known,
         coalesce((SELECT (value ->> 'paused')::boolean FROM settings WHERE settings.name = 'claims'), false) AS is_paused
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (worker_id, claim_key, place)
       JOIN workers ON workers.id = asked.worker_id LEFT JOIN pools ON pools.name = workers.pool
       FOR KEY SHARE OF workers ${isPatient ? '' : 'SKIP LOCKED'}`,
      [keys.map((key) => key.workerId), keys.map((key) => key.claimKey)],
    );
  }

  /** What the keys were given before. */
  heldByKeys(tx: SqlExecutor, keys: readonly ClaimKey[]): Promise<HeldClaimRow[]> {
    return tx.query<HeldClaimRow>(
      `SELECT ${columnsOf('jobs')}, attempts.worker_id, attempts.claim_key, attempts.id AS held_attempt_id, attempts.fencing, attempts.number
       FROM unnest($1::text[], $2::text[]) AS asked (worker_id, claim_key)
       JOIN attempts USING (worker_id, claim_key) JOIN jobs ON jobs.id = attempts.job_id
       ORDER BY attempts.fencing`,
      [keys.map((key) => key.workerId), keys.map((key) => key.claimKey)],
    );
  }

  /**
   * Wheels with the controller that builds may need, by job: those that were noted with it, and those of the jobs that it
   * waited for.
   */
  async buildWheels(jobIds: readonly string[]): Promise<Map<string, BuildWheel[]>> {
    const rows = await this.database.query<{ job_id: string; wheels: BuildWheel[] }>(
      `SELECT job_id, jsonb_agg(DISTINCT jsonb_build_object('filename', filename, 'sha256', sha256)) AS wheels FROM (
         SELECT jobs.id AS job_id, noted.filename, noted.sha256 FROM jobs
         CROSS JOIN LATERAL jsonb_to_recordset(jobs.build_wheels) AS noted (filename text, sha256 text)
         WHERE jobs.id = ANY ($1)
         UNION ALL
         SELECT job_edges.job_id, served_files.filename, served_files.sha256 FROM job_edges
         JOIN jobs AS needed ON needed.id = job_edges.needs_job_id AND needed.state = 'succeeded'
         JOIN served_files ON served_files.filename = needed.wheel
         WHERE job_edges.job_id = ANY ($1)
       ) AS wheels GROUP BY job_id`,
      [jobIds],
    );
    return new Map(rows.map((row) => [row.job_id, row.wheels]));
  }

  /**
   * Confirms in Postgres what the queue backend gave out, makes the attempts and hands the jobs over to them. A job that is
   * not `queued` any more is left out, and one that was taken from an attempt which its worker still has. The ids are looked
   * up as one list: what is taken together was mostly made together, and lies on few pages of the index (since Postgres 17
   * such a list goes down the index only once for each of them).
   */
  grant(tx: SqlExecutor, grants: readonly Grant[], leaseS: number): Promise<GrantedJob[]> {
    return this.#grant(tx, grants, leaseS, false);
  }

  /**
   * Grants all of them and commits, in one round trip: there is nothing to see to after it. Throws NotPlainError for a job
   * that cannot be granted or is taken from an attempt that still lives, and for a key that was given something meanwhile.
   */
  async grantAndCommit(tx: SqlExecutor, grants: readonly Grant[], leaseS: number): Promise<GrantedJob[]> {
    try {
      return await andCommit(tx, () => this.#grant(tx, grants, leaseS, true));
    } catch (error) {
      throw isRefusal(error) ? new NotPlainError() : error;
    }
  }

  #grant(
    tx: SqlExecutor,
    grants: readonly Grant[],
    leaseS: number,
    onlyPlain: boolean,
  ): Promise<GrantedJob[]> {
    return tx.query<GrantedJob>(
      `WITH grants AS (
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $7::text[]) WITH ORDINALITY
           AS given (job_id, new_attempt_id, worker_id, claim_key, runner, holding, place)
       ), offered AS (
         SELECT ctid AS row, id, attempt_id AS forfeited_attempt_id FROM jobs
         WHERE id = ANY ($1) AND state = 'queued' FOR UPDATE SKIP LOCKED
       ), moved AS (
         UPDATE jobs SET state = 'claimed', state_reason = NULL, attempt_id = new_attempt_id, attempt_count = attempt_count + 1
         FROM grants JOIN offered ON offered.id = grants.job_id
           AND (forfeited_attempt_id IS NULL OR NOT grants.holding::jsonb @> to_jsonb(forfeited_attempt_id))
         WHERE jobs.ctid = offered.row
         RETURNING ${columnsOf('jobs')}, jobs.attempt_id, attempt_count, build_wheels, forfeited_attempt_id, worker_id, claim_key, runner, place
       ), made AS (
         INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state, runner, lease_expires_at)
         SELECT attempt_id, id, attempt_count, worker_id, claim_key, nextval('fencing_numbers'), 'claimed', runner,
                now() + make_interval(secs => $6)
         FROM moved
         RETURNING id AS attempt_id, fencing, number
       )
       SELECT ${columnsOf('moved')}, attempt_id, forfeited_attempt_id, made.fencing, made.number,
         (${attemptOf('moved')}) IS NOT NULL AS was_known,
         moved.build_wheels <> '[]' OR (SELECT 1 FROM job_edges WHERE job_edges.job_id = moved.id LIMIT 1) IS NOT NULL AS has_needs,
         CASE WHEN $8 AND ((${attemptOf('moved')}) IS NOT NULL OR (
           SELECT attempts.state FROM attempts WHERE attempts.id = forfeited_attempt_id
         ) IN ('claimed', 'running')) THEN refuse(id) END
       FROM moved JOIN made USING (attempt_id)
       WHERE CASE WHEN $8 AND (SELECT count(*) FROM made) < cardinality($1) THEN refuse($1[1]) ELSE true END
       ORDER BY place`,
      [
        toTextArray(grants.map((grant) => grant.jobId)),
        toTextArray(grants.map((grant) => grant.attemptId)),
        toTextArray(grants.map((grant) => grant.workerId)),
        toTextArray(grants.map((grant) => grant.claimKey)),
        toTextArray(grants.map((grant) => grant.runner)),
        leaseS,
        toTextArray(grants.map((grant) => JSON.stringify(grant.holding))),
        onlyPlain,
      ],
    );
  }

  /**
   * Locks the attempts that still have the jobs, before the jobs are, as renewals and results do it. Returns the jobs whose attempt
   * somebody else has at this moment: who waited for a renewal would hold the item of the queue that it takes out.
   */
  async lockForfeitedOf(tx: SqlExecutor, jobIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ job_id: string }>(
      `WITH live AS (
         SELECT jobs.id AS job_id, attempts.id FROM jobs JOIN attempts ON attempts.id = jobs.attempt_id
         WHERE jobs.id = ANY ($1) AND attempts.state IN ('claimed', 'running')
       ), locked AS (
         SELECT id FROM attempts WHERE id = ANY (ARRAY(SELECT id FROM live)) ORDER BY id FOR UPDATE SKIP LOCKED
       )
       SELECT job_id FROM live WHERE id NOT IN (SELECT id FROM locked)`,
      [jobIds],
    );
    return new Set(rows.map((row) => row.job_id));
  }

  /** Those of the jobs that are queued. */
  async findQueued(tx: SqlExecutor, jobIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM jobs WHERE id = ANY ($1) AND state = 'queued'`,
      [jobIds],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Extends a lease if it is still the worker's: the fencing number holds and nobody else has the job. Null when the attempt has
   * lost its job; also, among several, where it would have to wait for another transaction.
   */
  renew(tx: SqlExecutor, renewal: Renewal, leaseS: number): Promise<RenewedRow | null> {
    return together(tx, 'claims.renew', renewal, async (all) => {
      const rows = await tx.query<RenewedRow>(
        `WITH held AS (
         SELECT attempts.id, jobs.id AS job_id, jobs.state AS job_state, asked.phase
         FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) AS asked (id, worker_id, fencing, phase)
         JOIN attempts ON attempts.id = asked.id AND attempts.fencing = asked.fencing
           AND attempts.worker_id = coalesce(asked.worker_id, attempts.worker_id)
         JOIN jobs ON jobs.id = attempts.job_id AND jobs.attempt_id = attempts.id
         WHERE attempts.state IN ('claimed', 'running') AND jobs.state IN ('claimed', 'running', 'queued')
           AND NOT EXISTS (SELECT 1 FROM workers WHERE workers.id = attempts.worker_id AND revoked_at IS NOT NULL)
         ORDER BY attempts.id FOR UPDATE OF attempts, jobs ${all.length > 1 ? 'SKIP LOCKED' : ''}
       ), started AS (
         UPDATE jobs SET state = 'running', state_reason = NULL FROM held WHERE jobs.id = held.job_id AND jobs.state <> 'running'
       ), renewed AS (
         UPDATE attempts SET
           renew_late = renew_late OR lease_expires_at IS NULL OR lease_expires_at < now(),
           lease_expires_at = now() + make_interval(secs => $5), renewed_at = now(),
           state = 'running', started_at = coalesce(started_at, now()), phase = coalesce(held.phase, attempts.phase)
         FROM held WHERE attempts.id = held.id AND attempts.id = ANY ($1)
         RETURNING attempts.id, attempts.job_id, attempts.worker_id, attempts.cancel_reason, held.job_state
       )
       SELECT id, job_id, worker_id, cancel_reason, job_state = 'queued' AS was_offered FROM renewed`,
        [
          all.map((one) => one.attemptId),
          all.map((one) => one.workerId),
          all.map((one) => one.fencing),
          all.map((one) => one.phase),
          leaseS,
        ],
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      return all.map((one) => byId.get(one.attemptId) ?? null);
    });
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

  /** How many queued jobs lie in the lanes, counted up to `max`; in `queue_items` where the queue is there. */
  async countClaimable(
    lanes: {
      pool: string;
      hostBytes: number | undefined;
      platformTags: readonly string[];
      pythonTags: readonly string[];
    },
    max: number,
    table: 'queue_items' | 'jobs',
  ): Promise<number> {
    const hostBytes = lanes.hostBytes ?? 0;
    const inLane =
      table === 'jobs'
        ? `state = 'queued' AND pool = ANY ($1) AND coalesce((adjustment->>'memory_bytes')::bigint, 0) <= ${hostBytes}`
        : 'pool = ANY ($1)';
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (
         SELECT 1 FROM ${table} WHERE ${inLane} AND platform_tag = ANY ($2) AND python_tag = ANY ($3) LIMIT $4) AS claimable`,
      [lanePoolsFor(lanes.pool, lanes.hostBytes), lanes.platformTags, lanes.pythonTags, max],
    );
    return row?.count ?? 0;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === refusedCode;

export const textOf = ({ workerId, claimKey }: ClaimKey): string => `${workerId} ${claimKey}`;
