import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { FoundText } from './log.row.ts';

/** The oldest piece that a slice of the search has seen. */
export interface SearchPosition {
  /** With microseconds, as Postgres writes it. */
  readonly at: string;
  readonly id: string;
  readonly seq: number;
}

export interface SearchSlice {
  readonly found: FoundText[];
  /** Null when there is nothing older. */
  readonly last: SearchPosition | null;
}

const chunksPerSlice = 1000;
const entriesPerSlice = 50;
const canceled = '57014';

/** `\`, `%` and `_` mean themselves. */
const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

interface SearchRow extends FoundText {
  readonly hit: boolean;
  readonly at_text: string;
  readonly id: string;
  readonly seq: number;
}

const atText = `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at_text`;

/** Scans pieces of logs, newest first, a slice at a time. Only the text of pieces with a hit leaves the database. */
@Injectable()
export class LogSearchRepository {
  constructor(private readonly database: Database) {}

  searchChunks(
    text: string,
    limit: number,
    after: SearchPosition | null,
    timeoutMs: number,
  ): Promise<SearchSlice | 'timeout'> {
    return this.#slice(
      // The text is looked through once, in the inner statement, and leaves it only with a hit.
      `SELECT s.attempt_id, s.id, s.seq, s.at, s.at_text, s.first_line, s.hit,
         CASE WHEN s.hit THEN s.text ELSE '' END AS text, j.name, j.version
       FROM (
         SELECT attempt_id, attempt_id AS id, seq, at, ${atText}, first_line, text, text ILIKE $1 AS hit
         FROM log_chunks WHERE $2::timestamptz IS NULL OR (at, attempt_id, seq) < ($2::timestamptz, $3, $4::int)
         ORDER BY at DESC, attempt_id DESC, seq DESC LIMIT ${chunksPerSlice}) AS s
       LEFT JOIN attempts AS a ON a.id = s.attempt_id AND s.hit LEFT JOIN jobs AS j ON j.id = a.job_id
       ORDER BY s.at DESC, s.attempt_id DESC, s.seq DESC`,
      { text, limit, after, timeoutMs, size: chunksPerSlice },
    );
  }

  searchEntries(
    text: string,
    limit: number,
    after: SearchPosition | null,
    timeoutMs: number,
  ): Promise<SearchSlice | 'timeout'> {
    return this.#slice(
      `SELECT attempt_id, id, seq, at, at_text, first_line, name, version, hit, CASE WHEN hit THEN content ELSE '' END AS text
       FROM (
         SELECT NULL::text AS attempt_id, id, 0 AS seq, at, ${atText}, 1 AS first_line, name, version, content,
           content ILIKE $1 AS hit
         FROM log_entries WHERE $2::timestamptz IS NULL OR (at, id, 0) < ($2::timestamptz, $3, $4::int)
         ORDER BY at DESC, id DESC LIMIT ${entriesPerSlice}) AS s
       ORDER BY at DESC, id DESC`,
      { text, limit, after, timeoutMs, size: entriesPerSlice },
    );
  }

  async #slice(
    sql: string,
    options: {
      readonly text: string;
      readonly limit: number;
      readonly after: SearchPosition | null;
      readonly timeoutMs: number;
      readonly size: number;
    },
  ): Promise<SearchSlice | 'timeout'> {
    const { after, timeoutMs } = options;
    try {
      const rows = await this.database.transaction(
        async (tx) => {
          await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [String(timeoutMs)]);
          return tx.query<SearchRow>(sql, [
            `%${escapeLike(options.text)}%`,
            after?.at ?? null,
            after?.id ?? null,
            after?.seq ?? null,
          ]);
        },
        { readOnly: true },
      );
      const last = rows.length < options.size ? undefined : rows.at(-1);
      return {
        found: rows.filter((row) => row.hit),
        last: last === undefined ? null : { at: last.at_text, id: last.id, seq: last.seq },
      };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === canceled) return 'timeout';
      throw error;
    }
  }
}
