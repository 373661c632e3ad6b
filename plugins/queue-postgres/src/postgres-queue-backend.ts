import type {
  Lane,
  ProbeResult,
  QueueBackend,
  QueueItem,
  QueueOffer,
  QueueStats,
  SqlExecutor,
  TakenJob,
} from '@ironwheel/plugin-kit';

/** Where the last look at a lane ended: whatever is before it was taken, or was being taken. Only a hint. */
interface Front {
  readonly priority: number;
  readonly enqueuedMs: number;
  /** When the last look from the very front began, by `performance.now()`. */
  readonly seenAt: number;
}

interface TakenRow {
  /** Number of the lane among those asked for, from 1. */
  readonly lane: number;
  readonly job_id: string;
  readonly priority: number;
  readonly enqueued_ms: number;
}

const longestHintMs = 1000;

const textOf = ({ pool, platformTag, pythonTag }: Lane): string => `${pool} ${platformTag} ${pythonTag}`;

/**
 * The queue in a table. Taking deletes the rows with `FOR UPDATE SKIP LOCKED`, so that takers never wait for each
 * other; inside the claim's transaction a rollback puts them back by itself.
 */
export class PostgresQueueBackend implements QueueBackend {
  readonly place = 'queue_items';
  readonly #sql: SqlExecutor;
  readonly #fronts = new Map<string, Front>();

  constructor(sql: SqlExecutor) {
    this.#sql = sql;
  }

  async offer(offers: readonly QueueOffer[], transaction: SqlExecutor = this.#sql): Promise<void> {
    if (offers.length === 0) return;
    this.#fronts.clear();
    await transaction.query(
      `INSERT INTO queue_items (job_id, pool, platform_tag, python_tag, priority, enqueued_at)
       SELECT job_id, pool, platform_tag, python_tag, priority, to_timestamp(enqueued_at / 1000.0)
       FROM jsonb_to_recordset($1::jsonb) AS item
         (job_id text, pool text, platform_tag text, python_tag text, priority integer, enqueued_at double precision)
       ON CONFLICT (job_id) DO UPDATE SET pool = excluded.pool, platform_tag = excluded.platform_tag,
         python_tag = excluded.python_tag, priority = excluded.priority`,
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

  /**
   * One index range per lane, cut to `max` each, then the best of those: the cost does not grow with the queue. Nor with what
   * was taken since the last vacuum: a look begins where the last one ended, and goes back to the very front when that does
   * not suffice, when something was offered here, and at least once a second (what another controller offered may wait so
   * long behind work of less priority).
   */
  async take(
    lanes: readonly Lane[],
    max: number,
    _holdMs: number,
    transaction: SqlExecutor = this.#sql,
  ): Promise<TakenJob[]> {
    if (lanes.length === 0 || max <= 0) return [];
    const startedAt = performance.now();
    const fronts = lanes.map((lane) => this.#findFront(lane, startedAt));
    const taken = await this.#take(lanes, fronts, max, transaction);
    if (taken.length < max && fronts.some((front) => front !== null)) {
      this.#fronts.clear();
      taken.push(...(await this.#take(lanes, [], max - taken.length, transaction)));
    } else if (taken.length === max) {
      // In their order, so that the last one of each lane stays.
      for (const row of taken) {
        const lane = lanes[row.lane - 1];
        if (lane === undefined) continue;
        const { priority, enqueued_ms: enqueuedMs } = row;
        this.#fronts.set(textOf(lane), {
          priority,
          enqueuedMs,
          seenAt: fronts[row.lane - 1]?.seenAt ?? startedAt,
        });
      }
    }
    return taken.map((row) => ({
      jobId: row.job_id,
      receipt: lanes[row.lane - 1]?.pool ?? '',
      payload: null,
    }));
  }

  /**
   * What is locked stays where it is in the table until it is deleted, so that no second search is needed. The places are
   * handed over as one list: with a join, a plan for any `max` would read all of the table.
   */
  #take(
    lanes: readonly Lane[],
    fronts: readonly (Front | null)[],
    max: number,
    transaction: SqlExecutor,
  ): Promise<TakenRow[]> {
    return transaction.query<TakenRow>(
      `WITH lanes AS (
         SELECT pool, platform_tag, python_tag, lane, coalesce(-front_priority, -2147483647) AS front_rank,
           coalesce(to_timestamp(front_ms / 1000.0), '-infinity') AS front_at
         FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::double precision[]) WITH ORDINALITY
           AS lane (pool, platform_tag, python_tag, front_priority, front_ms, lane)
       ), picked AS (
         SELECT lanes.lane, item.place, item.job_id, item.priority, item.enqueued_at
         FROM lanes CROSS JOIN LATERAL (
           SELECT ctid AS place, job_id, priority, enqueued_at FROM queue_items
           WHERE queue_items.pool = lanes.pool
             AND queue_items.platform_tag = lanes.platform_tag
             AND queue_items.python_tag = lanes.python_tag
             AND (-priority, enqueued_at) >= (lanes.front_rank, lanes.front_at)
           ORDER BY (-priority), enqueued_at, job_id
           LIMIT $6
           FOR UPDATE SKIP LOCKED
         ) AS item
         ORDER BY item.priority DESC, item.enqueued_at, item.job_id
         LIMIT $6
       ), taken AS (
         DELETE FROM queue_items WHERE ctid = ANY (ARRAY(SELECT place FROM picked)) RETURNING job_id
       )
       SELECT lane::int, job_id, priority, floor(extract(epoch FROM enqueued_at) * 1000)::float8 AS enqueued_ms
       FROM picked JOIN taken USING (job_id) ORDER BY priority DESC, enqueued_at, job_id`,
      [
        lanes.map((lane) => lane.pool),
        lanes.map((lane) => lane.platformTag),
        lanes.map((lane) => lane.pythonTag),
        lanes.map((_lane, index) => fronts[index]?.priority ?? null),
        lanes.map((_lane, index) => fronts[index]?.enqueuedMs ?? null),
        max,
      ],
    );
  }

  #findFront(lane: Lane, now: number): Front | null {
    const front = this.#fronts.get(textOf(lane));
    return front === undefined || now - front.seenAt > longestHintMs ? null : front;
  }

  /** The transaction holds them. */
  hold(taken: readonly TakenJob[]): Promise<TakenJob[]> {
    return Promise.resolve([...taken]);
  }

  /** Taking has removed the rows already. */
  acknowledge(): Promise<void> {
    return Promise.resolve();
  }

  /** Offers the jobs again from the truth in `jobs`, at their old place: the receipt says the pool of the lane. */
  async giveBack(taken: readonly TakenJob[], transaction: SqlExecutor = this.#sql): Promise<void> {
    if (taken.length === 0) return;
    this.#fronts.clear();
    await transaction.query(
      `INSERT INTO queue_items (job_id, pool, platform_tag, python_tag, priority, enqueued_at)
       SELECT id, taken.pool, platform_tag, python_tag, priority, coalesce(queued_at, created_at)
       FROM unnest($1::text[], $2::text[]) AS taken (id, pool) JOIN jobs USING (id) WHERE state = 'queued'
       ON CONFLICT (job_id) DO NOTHING`,
      [taken.map((one) => one.jobId), taken.map((one) => one.receipt)],
    );
  }

  /** What lies before the fronts may be there again. */
  noteRollback(): void {
    this.#fronts.clear();
  }

  async withdraw(jobIds: readonly string[], transaction: SqlExecutor = this.#sql): Promise<void> {
    if (jobIds.length > 0)
      await transaction.query('DELETE FROM queue_items WHERE job_id = ANY ($1)', [jobIds]);
  }

  async findMissing(offers: readonly QueueOffer[]): Promise<string[]> {
    const rows = await this.#sql.query<{ job_id: string }>(
      `SELECT job_id FROM unnest($1::text[]) WITH ORDINALITY AS asked (job_id, place)
       WHERE NOT EXISTS (SELECT 1 FROM queue_items WHERE queue_items.job_id = asked.job_id) ORDER BY place`,
      [offers.map((offer) => offer.jobId)],
    );
    return rows.map((row) => row.job_id);
  }

  async *known(): AsyncIterable<readonly string[]> {
    for (let last = ''; ;) {
      const rows = await this.#sql.query<{ job_id: string }>(
        'SELECT job_id FROM queue_items WHERE job_id > $1 ORDER BY job_id LIMIT 1000',
        [last],
      );
      const next = rows.at(-1)?.job_id;
      if (next === undefined) return;
      yield rows.map((row) => row.job_id);
      last = next;
    }
  }

  async list(limit: number, offset: number): Promise<QueueItem[]> {
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
