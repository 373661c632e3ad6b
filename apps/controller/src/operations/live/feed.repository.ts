import type { EventView } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import { toEventView } from '../../work/history/index.ts';
import { allOfTransaction, type FeedPosition } from './feed-position.ts';

/** An event's id is made while its transaction runs, by the clock of its controller; neither is off by more than this. */
const longestTransactionMs = 5 * 60_000;

export interface FeedEntry {
  readonly position: FeedPosition;
  readonly event: EventView;
}

export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** Where the next page goes on. */
  readonly end: FeedPosition;
  /** Nothing more was committed when this was read. */
  readonly isWhole: boolean;
  /** The place that was asked about lies in the future of this database: it is another one, or was restored. */
  readonly isForeign: boolean;
}

type Row = Parameters<typeof toEventView>[0] & { readonly xid: number };

/**
 * The history in the order of its transactions. A time or an id cannot say what is new, since transactions commit in another
 * order than they began. Here a page ends at the oldest transaction that still runs: below it nothing can appear any more, so
 * that who goes on from there misses nothing and gets nothing twice. `xmin`, which Postgres keeps with every row, has the low
 * 32 bits of the transaction's number.
 */
@Injectable()
export class FeedRepository {
  constructor(private readonly database: Database) {}

  /** The newest place that there is. */
  async readEnd(): Promise<FeedPosition> {
    const { running, at_ms } = await this.#readClock();
    return { xid: running - 1, eventId: allOfTransaction, atMs: at_ms };
  }

  /** At most `limit` events behind `after`. */
  async readPage(after: FeedPosition, limit: number): Promise<FeedPage> {
    // Read first: what is committed between the two statements is left for the next page.
    const { running, at_ms, is_quiet } = await this.#readClock();
    if (after.xid >= running) return { entries: [], end: after, isWhole: true, isForeign: true };
    const rows = await this.database.query<Row>(
      `SELECT *, $1::bigint + step AS xid FROM (
         SELECT id, run_id, name, version, python_tag, platform_tag, status, detail, metadata, matched_hint_ids,
           attempt_id, duration_s, at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at_text,
           (xmin::text::bigint - $1::bigint) & 4294967295 AS step
         FROM events WHERE id > $2) AS recent
       WHERE step < $3::bigint - $1::bigint AND (step > 0 OR id COLLATE "C" > $4)
       ORDER BY step, id COLLATE "C" LIMIT $5`,
      [after.xid, firstIdOf(after.atMs - longestTransactionMs), running, after.eventId, limit],
    );
    const entries = rows.map(({ xid, ...row }) => ({
      position: { xid, eventId: row.id, atMs: after.atMs },
      event: toEventView(row),
    }));
    const last = entries.at(-1);
    const isWhole = entries.length < limit;
    const whole = { xid: running - 1, eventId: allOfTransaction };
    // While an old transaction holds the place, the search must go on to reach back to when it was first held.
    const atMs = whole.xid > after.xid || is_quiet ? at_ms : after.atMs;
    const end = !isWhole && last !== undefined ? last.position : { ...whole, atMs };
    return { entries, end, isWhole, isForeign: false };
  }

  async #readClock(): Promise<{ running: number; at_ms: number; is_quiet: boolean }> {
    const [row] = await this.database.query<{ running: number; at_ms: number; is_quiet: boolean }>(
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS running,
         pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot()) AS is_quiet,
         (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at_ms`,
    );
    if (row === undefined) throw new Error('the database told no snapshot');
    return row;
  }
}

/** The least id of an event that was made at this time (UUIDv7 begins with it). */
function firstIdOf(ms: number): string {
  const hex = Math.max(0, Math.trunc(ms)).toString(16).padStart(12, '0');
  return `evt_${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
