import type { JobAdjustment } from '@ironwheel/contracts';
import type { QueueItem, QueueOffer, QueueStats, SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import { lanePoolOf } from './memory-lanes.ts';

interface OfferRow {
  readonly id: string;
  readonly pool: string;
  readonly platform_tag: string;
  readonly python_tag: string;
  readonly priority: number;
  readonly adjustment: JobAdjustment;
  readonly since: Date;
}

const columns =
  'id, pool, platform_tag, python_tag, priority, adjustment, coalesce(queued_at, created_at) AS since';

const toOffer = (row: OfferRow): QueueOffer => ({
  jobId: row.id,
  pool: lanePoolOf(row.pool, row.adjustment.memory_bytes),
  platformTag: row.platform_tag,
  pythonTag: row.python_tag,
  priority: row.priority,
  enqueuedAt: row.since.getTime(),
});

/** SQL of what a queue backend is to hear, and of what it should hold. */
@Injectable()
export class QueueChangesRepository {
  constructor(private readonly database: Database) {}

  async note(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    await tx.query('INSERT INTO queue_changes (job_id) SELECT unnest($1::text[])', [jobIds]);
  }

  /** One controller at a time carries changes over, so that what it reads is never older than what another told. */
  async lock(tx: SqlExecutor): Promise<boolean> {
    const [row] = await tx.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtext('ironwheel.queue_changes')) AS locked`,
    );
    return row?.locked ?? false;
  }

  /** Removes the oldest changes and returns their jobs. */
  async takeChanges(tx: SqlExecutor, limit: number): Promise<string[]> {
    const rows = await tx.query<{ job_id: string }>(
      `DELETE FROM queue_changes WHERE seq IN (SELECT seq FROM queue_changes ORDER BY seq LIMIT $1)
       RETURNING job_id`,
      [limit],
    );
    return [...new Set(rows.map((row) => row.job_id))];
  }

  /** Those of the jobs that are queued, as offers. */
  async listOffers(sql: SqlExecutor, jobIds: readonly string[]): Promise<QueueOffer[]> {
    const rows = await sql.query<OfferRow>(
      `SELECT ${columns} FROM jobs WHERE id = ANY ($1) AND state = 'queued'`,
      [jobIds],
    );
    return rows.map(toOffer);
  }

  /** Queued jobs behind `after` in the order of ids. */
  async listQueuedBehind(after: string, limit: number): Promise<QueueOffer[]> {
    const rows = await this.database.query<OfferRow>(
      `SELECT ${columns} FROM jobs WHERE state = 'queued' AND id > $1 ORDER BY id LIMIT $2`,
      [after, limit],
    );
    return rows.map(toOffer);
  }

  /** Those that are queued still and of which no change is on its way, locked against a change of their state. */
  async lockQueued(tx: SqlExecutor, jobIds: readonly string[]): Promise<QueueOffer[]> {
    const rows = await tx.query<OfferRow>(
      `SELECT ${columns} FROM jobs WHERE id = ANY ($1) AND state = 'queued'
         AND NOT EXISTS (SELECT 1 FROM queue_changes WHERE queue_changes.job_id = jobs.id)
       ORDER BY id FOR SHARE SKIP LOCKED`,
      [jobIds],
    );
    return rows.map(toOffer);
  }

  /** Which of the ids are no queued job. */
  async findUnqueued(jobIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT asked.id FROM unnest($1::text[]) AS asked (id)
       WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = asked.id AND jobs.state = 'queued')`,
      [jobIds],
    );
    return rows.map((row) => row.id);
  }

  /** Those that are no queued job still, locked so that none becomes one before `tx` ends. */
  async lockUnqueued(tx: SqlExecutor, jobIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string; state: string }>(
      'SELECT id, state FROM jobs WHERE id = ANY ($1) ORDER BY id FOR SHARE',
      [jobIds],
    );
    const queued = new Set(rows.filter((row) => row.state === 'queued').map((row) => row.id));
    return jobIds.filter((id) => !queued.has(id));
  }

  async listQueued(limit: number, offset: number): Promise<QueueItem[]> {
    const rows = await this.database.query<OfferRow>(
      `SELECT ${columns} FROM jobs WHERE state = 'queued'
       ORDER BY priority DESC, coalesce(queued_at, created_at), id LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
    return rows.map((row) => ({ jobId: row.id, enqueuedAt: row.since.getTime() }));
  }

  async countQueued(): Promise<QueueStats> {
    const [row] = await this.database.query<{ length: number; age: number | null }>(
      `SELECT count(*)::int AS length, extract(epoch FROM now() - min(coalesce(queued_at, created_at)))::float8 AS age
       FROM jobs WHERE state = 'queued'`,
    );
    return { length: row?.length ?? 0, oldestAgeS: row?.age ?? null };
  }

  /** Notes that this controller is alive, and tells another one that uses another queue. */
  async noteController(
    own: { readonly id: string; readonly backend: string; readonly place: string },
    aliveS: number,
  ): Promise<{ readonly id: string; readonly backend: string } | null> {
    await this.database.query(
      `INSERT INTO queue_controllers (id, backend, place) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET backend = excluded.backend, place = excluded.place, seen_at = now()`,
      [own.id, own.backend, own.place],
    );
    await this.database.query(
      'DELETE FROM queue_controllers WHERE seen_at < now() - make_interval(secs => $1)',
      [aliveS],
    );
    const [other] = await this.database.query<{ id: string; backend: string }>(
      'SELECT id, backend FROM queue_controllers WHERE id <> $1 AND (backend, place) <> ($2, $3) LIMIT 1',
      [own.id, own.backend, own.place],
    );
    return other ?? null;
  }

  async forgetController(id: string): Promise<void> {
    await this.database.query('DELETE FROM queue_controllers WHERE id = $1', [id]);
  }
}
