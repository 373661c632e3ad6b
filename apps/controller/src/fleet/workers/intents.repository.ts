import type { QuarantineHistory } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { WorkerRow } from './worker.row.ts';

export interface DesiredChange {
  readonly state: WorkerRow['desired_state'];
  readonly reason: string | null;
  readonly by: string;
  readonly at: Date;
  readonly until: Date | null;
}

export interface QuarantineChange {
  readonly reason: string;
  readonly at: Date;
  readonly until: Date | null;
}

/** SQL of what is wanted of workers. */
@Injectable()
export class IntentsRepository {
  constructor(private readonly database: Database) {}

  /**
   * For a change of intent. It waits for claims that are being granted (they hold a key share lock of
   * its row), so that after the answer no grant of before it comes to light.
   */
  async lockForChange(tx: SqlExecutor, workerId: string): Promise<WorkerRow | null> {
    const [row] = await tx.query<WorkerRow>('SELECT * FROM workers WHERE id = $1 FOR UPDATE', [workerId]);
    return row ?? null;
  }

  async read(tx: SqlExecutor, workerId: string): Promise<WorkerRow | null> {
    const [row] = await tx.query<WorkerRow>('SELECT * FROM workers WHERE id = $1', [workerId]);
    return row ?? null;
  }

  async setDesired(tx: SqlExecutor, workerId: string, change: DesiredChange): Promise<void> {
    await tx.query(
      `UPDATE workers SET desired_state = $2, desired_reason = $3, desired_by = $4, desired_at = $5, desired_until = $6
       WHERE id = $1`,
      [workerId, change.state, change.reason, change.by, change.at, change.until],
    );
  }

  async setQuarantine(tx: SqlExecutor, workerId: string, change: QuarantineChange): Promise<void> {
    await tx.query(
      `UPDATE workers SET quarantined_at = $2, quarantine_kind = 'manual', quarantine_reason = $3, quarantine_until = $4
       WHERE id = $1`,
      [workerId, change.at, change.reason, change.until],
    );
  }

  /** False where it is in quarantine already: that of a person, or of a copied key, has no end or another one. */
  async setAutomaticQuarantine(
    tx: SqlExecutor,
    workerId: string,
    change: QuarantineChange & { readonly count: number },
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE workers SET quarantined_at = $2, quarantine_kind = 'automatic', quarantine_reason = $3, quarantine_until = $4,
         quarantine_count = $5 WHERE id = $1 AND (quarantined_at IS NULL OR quarantine_until <= $2) RETURNING id`,
      [workerId, change.at, change.reason, change.until, change.count],
    );
    return rows.length > 0;
  }

  /** An operator trusts it again: what was before counts no more. */
  async liftQuarantine(tx: SqlExecutor, workerId: string, at: Date): Promise<void> {
    await tx.query(
      `UPDATE workers SET quarantined_at = NULL, quarantine_kind = NULL, quarantine_reason = NULL, quarantine_until = NULL,
         quarantine_count = 0, judged_from = $2 WHERE id = $1`,
      [workerId, at],
    );
  }

  /** Writes down which pauses and quarantines have ended by `now`; returns their workers. */
  async endOver(tx: SqlExecutor, now: Date): Promise<{ pauses: string[]; quarantines: string[] }> {
    const pauses = await tx.query<{ id: string }>(
      `UPDATE workers SET desired_state = 'active', desired_reason = NULL, desired_by = NULL, desired_at = desired_until,
         desired_until = NULL WHERE desired_state = 'paused' AND desired_until <= $1 RETURNING id`,
      [now],
    );
    const quarantines = await tx.query<{ id: string }>(
      `UPDATE workers SET quarantined_at = NULL, quarantine_kind = NULL, quarantine_reason = NULL,
         judged_from = quarantine_until, quarantine_until = NULL
       WHERE quarantined_at IS NOT NULL AND quarantine_until <= $1 RETURNING id`,
      [now],
    );
    return { pauses: pauses.map(({ id }) => id), quarantines: quarantines.map(({ id }) => id) };
  }

  /** After a success: the next automatic quarantine is a first one again. */
  async forgetQuarantines(tx: SqlExecutor, workerId: string): Promise<void> {
    await tx.query(
      'UPDATE workers SET quarantine_count = 0 WHERE id = $1 AND quarantine_count > 0 AND quarantined_at IS NULL',
      [workerId],
    );
  }

  /** One worker of a pool is judged at a time, so that two at once cannot both be the last that the policy allows. */
  async lockPoolOf(tx: SqlExecutor, workerId: string): Promise<void> {
    await tx.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('quarantine ' || pool, 11)) FROM workers WHERE id = $1`,
      [workerId],
    );
  }

  async countPool(
    tx: SqlExecutor,
    pool: string,
    exceptId: string,
    now: Date,
    freshS: number,
  ): Promise<QuarantineHistory['pool']> {
    const [row] = await tx.query<QuarantineHistory['pool']>(
      `SELECT 1 + count(*) FILTER (WHERE is_live)::int AS live,
         count(*) FILTER (WHERE is_live AND NOT is_held AND quarantined_at IS NULL)::int AS active,
         count(*) FILTER (WHERE quarantine_kind = 'automatic')::int AS quarantined
       FROM (SELECT quarantined_at, quarantine_kind,
           last_heartbeat_at > $3::timestamptz - make_interval(secs => $4) AS is_live, desired_state <> 'active' AS is_held
         FROM workers WHERE pool = $1 AND id <> $2 AND revoked_at IS NULL) AS others`,
      [pool, exceptId, now, freshS],
    );
    return row ?? { live: 1, active: 0, quarantined: 0 };
  }

  transaction<T>(work: (tx: SqlExecutor) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }
}
