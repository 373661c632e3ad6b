import type {
  Lane,
  ProbeResult,
  QueueBackend,
  QueueOffer,
  QueueStats,
  SqlExecutor,
} from '@ironwheel/plugin-kit';

/**
 * The queue in a table. Taking deletes the rows with `FOR UPDATE SKIP LOCKED`, so that takers never wait for each
 * other; inside the claim's transaction a rollback puts them back by itself.
 */
export class PostgresQueueBackend implements QueueBackend {
  readonly #sql: SqlExecutor;

  constructor(sql: SqlExecutor) {
    this.#sql = sql;
  }

  async offer(offers: readonly QueueOffer[], transaction: SqlExecutor = this.#sql): Promise<void> {
    if (offers.length === 0) return;
    await transaction.query(
      `INSERT INTO queue_items (job_id, pool, platform_tag, python_tag, priority, enqueued_at)
       SELECT job_id, pool, platform_tag, python_tag, priority, to_timestamp(enqueued_at / 1000.0)
       FROM jsonb_to_recordset($1::jsonb) AS item
         (job_id text, pool text, platform_tag text, python_tag text, priority integer, enqueued_at double precision)
       ON CONFLICT (job_id) DO UPDATE SET priority = excluded.priority`,
      [
        JSON.stringify(
          offers.map((offer) => ({
            job_id: offer.jobId,
            pool: offer.pool,
            platform_tag: offer.platformTag,
            python_tag: offer.pythonTag,
            priority: offer.priority,
            enqueued_at: offer.enqueuedAt,
          })),
        ),
      ],
    );
  }

  /** One index range per lane, cut to `max` each, then the best of those: the cost does not grow with the queue. */
  async take(lanes: readonly Lane[], max: number, transaction: SqlExecutor = this.#sql): Promise<string[]> {
    if (lanes.length === 0 || max <= 0) return [];
    const rows = await transaction.query<{ job_id: string }>(
      `WITH lanes AS (
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS lane (pool, platform_tag, python_tag)
       ), picked AS (
         SELECT item.job_id, item.priority, item.enqueued_at
         FROM lanes CROSS JOIN LATERAL (
           SELECT job_id, priority, enqueued_at FROM queue_items
           WHERE queue_items.pool = lanes.pool
             AND queue_items.platform_tag = lanes.platform_tag
             AND queue_items.python_tag = lanes.python_tag
           ORDER BY priority DESC, enqueued_at, job_id
           LIMIT $4
           FOR UPDATE SKIP LOCKED
         ) AS item
         ORDER BY item.priority DESC, item.enqueued_at, item.job_id
         LIMIT $4
       ), taken AS (
         DELETE FROM queue_items USING picked WHERE queue_items.job_id = picked.job_id RETURNING queue_items.job_id
       )
       SELECT taken.job_id FROM taken JOIN picked USING (job_id)
       ORDER BY picked.priority DESC, picked.enqueued_at, picked.job_id`,
      [
        lanes.map((lane) => lane.pool),
        lanes.map((lane) => lane.platformTag),
        lanes.map((lane) => lane.pythonTag),
        max,
      ],
    );
    return rows.map((row) => row.job_id);
  }

  /** Taking has removed the rows already. */
  acknowledge(): Promise<void> {
    return Promise.resolve();
  }

  /** Offers the jobs again from the truth in `jobs`, at their old place. */
  async giveBack(jobIds: readonly string[], transaction: SqlExecutor = this.#sql): Promise<void> {
    if (jobIds.length === 0) return;
    await transaction.query(
      `INSERT INTO queue_items (job_id, pool, platform_tag, python_tag, priority, enqueued_at)
       SELECT id, pool, platform_tag, python_tag, priority, coalesce(queued_at, created_at)
       FROM jobs WHERE id = ANY ($1) AND state = 'queued'
       ON CONFLICT (job_id) DO NOTHING`,
      [jobIds],
    );
  }

  async withdraw(jobIds: readonly string[], transaction: SqlExecutor = this.#sql): Promise<void> {
    if (jobIds.length > 0)
      await transaction.query('DELETE FROM queue_items WHERE job_id = ANY ($1)', [jobIds]);
  }

  async list(limit: number, offset: number): Promise<{ jobId: string; enqueuedAt: number }[]> {
    const rows = await this.#sql.query<{ job_id: string; enqueued_at: Date }>(
      'SELECT job_id, enqueued_at FROM queue_items ORDER BY priority DESC, enqueued_at, job_id LIMIT $1 OFFSET $2',
      [limit, offset],
    );
    return rows.map((row) => ({ jobId: row.job_id, enqueuedAt: row.enqueued_at.getTime() }));
  }

  async stats(): Promise<QueueStats> {
    const [row] = await this.#sql.query<{ length: string; oldest_age_s: number | null }>(
      `SELECT count(*) AS length, extract(epoch FROM now() - min(enqueued_at))::float8 AS oldest_age_s FROM queue_items`,
    );
    return { length: Number(row?.length ?? 0), oldestAgeS: row?.oldest_age_s ?? null };
  }

  async clear(): Promise<number> {
    const rows = await this.#sql.query<{ job_id: string }>('DELETE FROM queue_items RETURNING job_id');
    return rows.length;
  }

  async probe(): Promise<ProbeResult> {
    const { length } = await this.stats();
    return { ok: true, problems: [], facts: { length } };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
