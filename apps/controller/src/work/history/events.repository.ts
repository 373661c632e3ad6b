import { Injectable } from '@nestjs/common';
import { normalizeName } from '@ironwheel/packaging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Database, newId, together, toStorableJson, toStorableText } from '../../platform/index.ts';
import type { EventPosition } from './event-cursor.ts';
import type { EventFilter, EventRow, NewEvent } from './event.entity.ts';

const columns = `id, run_id, name, version, python_tag, platform_tag, status, detail, metadata, matched_hint_ids,
  attempt_id, duration_s, at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at_text`;
const longestDetail = 4000;

/** The table `events`. Every read follows an index and is bounded by a limit, a name or a window of time. */
@Injectable()
export class EventsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes events inside the caller's transaction; returns their ids. */
  async record(executor: SqlExecutor, events: NewEvent | readonly NewEvent[]): Promise<string[]> {
    const list = Array.isArray(events) ? (events as readonly NewEvent[]) : [events as NewEvent];
    if (list.length === 0) return [];
    const rows = list.map((event) => ({
      id: newId('event'),
      run_id: event.runId === null ? null : toStorableText(event.runId),
      name: normalizeName(event.name),
      version: event.version,
      python_tag: toStorableText(event.pythonTag),
      platform_tag: toStorableText(event.platformTag),
      status: toStorableText(event.status),
      detail: toStorableText(event.detail ?? '').slice(0, longestDetail),
      metadata: toStorableJson(event.metadata ?? {}),
      matched_hint_ids: (event.matchedHintIds ?? []).map(toStorableText),
      attempt_id: event.attemptId ?? null,
      duration_s: event.durationS ?? null,
      at: event.at?.toISOString() ?? null,
    }));
    await together(executor, 'events.record', rows, async (lists) => {
      await executor.query(
        `INSERT INTO events (id, run_id, name, version, python_tag, platform_tag, status, detail, metadata,
                           matched_hint_ids, attempt_id, duration_s, at)
       SELECT id, run_id, name, version, python_tag, platform_tag, status, detail, metadata,
              ARRAY(SELECT jsonb_array_elements_text(matched_hint_ids)), attempt_id, duration_s, coalesce(at, now())
       FROM jsonb_to_recordset($1::jsonb) AS e (
         id text, run_id text, name text, version text, python_tag text, platform_tag text, status text,
         detail text, metadata jsonb, matched_hint_ids jsonb, attempt_id text, duration_s double precision,
         at timestamptz)`,
        [JSON.stringify(lists.flat())],
      );
      return lists.map(() => undefined);
    });
    return rows.map((row) => row.id);
  }

  /** Newest first, behind `after` when given. */
  async list(
    filter: EventFilter,
    page: {
      readonly limit: number;
      readonly offset: number;
      readonly after?: EventPosition | undefined;
    },
  ): Promise<EventRow[]> {
    const parameters: unknown[] = [];
    const bind = (value: unknown): string => `$${parameters.push(value)}`;
    const conditions = [
      filter.name === undefined ? null : `name = ${bind(normalizeName(filter.name))}`,
      filter.status === undefined ? null : `status = ${bind(filter.status)}`,
      filter.runId === undefined ? null : `run_id = ${bind(filter.runId)}`,
      filter.from === undefined ? null : `at >= ${bind(filter.from)}`,
      filter.to === undefined ? null : `at <= ${bind(filter.to)}`,
      page.after === undefined
        ? null
        : `(at, id) < (${bind(page.after.at)}::timestamptz, ${bind(page.after.id)})`,
    ].filter((condition) => condition !== null);
    return this.#database.query<EventRow>(
      `SELECT ${columns} FROM events ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
       ORDER BY at DESC, id DESC LIMIT ${bind(page.limit)} OFFSET ${bind(page.offset)}`,
      parameters,
    );
  }

  /** The last event of a version, in any spelling of the name. */
  async findLatest(name: string, versions: readonly string[]): Promise<EventRow | undefined> {
    const rows = await this.#database.query<EventRow>(
      `SELECT ${columns} FROM events WHERE name = $1 AND version = ANY($2::text[])
       ORDER BY at DESC, id DESC LIMIT 1`,
      [normalizeName(name), versions],
    );
    return rows[0];
  }

  /** How many events of each status a package has. */
  async countStatuses(name: string): Promise<Record<string, number>> {
    const rows = await this.#database.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM events WHERE name = $1 GROUP BY status ORDER BY status',
      [normalizeName(name)],
    );
    return Object.fromEntries(rows.map((row) => [row.status, row.count]));
  }

  /** How many events of each status came in the last `windowS` seconds. */
  async countRecentStatuses(windowS: number): Promise<Record<string, number>> {
    const rows = await this.#database.query<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM events
       WHERE at > now() - make_interval(secs => $1) GROUP BY status ORDER BY status`,
      [windowS],
    );
    return Object.fromEntries(rows.map((row) => [row.status, row.count]));
  }

  /** The last status of each version of a package, the version of the newest event first. */
  async listVersions(name: string, limit: number): Promise<{ version: string; status: string; at: Date }[]> {
    return this.#database.query(
      `SELECT version, status, at FROM (
         SELECT DISTINCT ON (version) version, status, at FROM events WHERE name = $1
         ORDER BY version, at DESC, id DESC) AS latest
       ORDER BY at DESC, version LIMIT $2`,
      [normalizeName(name), limit],
    );
  }

  /** The last event of each (version, python_tag, platform_tag) of a package. */
  async listVariants(name: string, limit: number, offset: number): Promise<EventRow[]> {
    return this.#database.query<EventRow>(
      `SELECT ${columns} FROM events JOIN (
         SELECT DISTINCT ON (version, python_tag, platform_tag) id AS latest_id FROM events WHERE name = $1
         ORDER BY version, python_tag, platform_tag, at DESC, id DESC) AS latest ON latest_id = events.id
       ORDER BY at DESC, id DESC LIMIT $2 OFFSET $3`,
      [normalizeName(name), limit, offset],
    );
  }

  /** Packages with the most failures in the last `windowS` seconds. */
  async listTopFailures(
    windowS: number,
    limit: number,
    offset: number,
  ): Promise<{ name: string; failures: number; last_at: Date }[]> {
    return this.#database.query(
      `SELECT name, count(*)::int AS failures, max(at) AS last_at FROM events
       WHERE status = 'failed' AND at > now() - make_interval(secs => $1)
       GROUP BY name ORDER BY failures DESC, last_at DESC, name LIMIT $2 OFFSET $3`,
      [windowS, limit, offset],
    );
  }

  /** The attempts that took longest. */
  async listTopSlowest(
    limit: number,
    offset: number,
  ): Promise<{ name: string; version: string; duration_s: number; attempt_id: string }[]> {
    return this.#database.query(
      `SELECT name, version, duration_s, attempt_id FROM events
       WHERE duration_s IS NOT NULL AND attempt_id IS NOT NULL
       ORDER BY duration_s DESC LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
  }
}
