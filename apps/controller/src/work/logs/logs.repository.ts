import { Injectable } from '@nestjs/common';
import { normalizeName } from '@ironwheel/packaging';
import { Database, together, toTextArray, type SqlExecutor } from '../../platform/index.ts';
import type { LogPosition, StoredChunk } from './accept-chunks.ts';
import type { AppendState, AttemptLogRow, LogEntryRow, LogPieceRow } from './log.row.ts';

const endedStates = `('succeeded', 'failed', 'lost', 'cancelled')`;
/** When an attempt ended, for rows that do not say. */
const endedAt = 'coalesce(a.finished_at, a.renewed_at, a.claimed_at)';

/** Seconds after the end of an attempt in which the rest of its log is still taken. */
const lateWindowS = 300;
/** Seconds after the end for which a reader waits for the rest of a log that nobody closed. */
const tailWaitS = 30;

const attemptLog = `SELECT a.id AS attempt_id, j.name, j.version, a.state IN ${endedStates} AS is_ended,
    a.log_closed_at IS NOT NULL OR a.state = 'lost'
      OR (a.state IN ${endedStates} AND ${endedAt} < now() - make_interval(secs => ${tailWaitS})) AS is_settled,
    a.log_bytes, a.log_line_breaks, a.log_limit_reached OR a.log_sender_dropped > 0 AS log_truncated,
    a.log_store_dropped + a.log_sender_dropped AS log_dropped, a.log_closed_at,
    coalesce(a.finished_at, a.renewed_at, a.claimed_at) AS at,
    (SELECT removed_at FROM sealed_logs WHERE attempt_id = a.id) AS removed_at
  FROM attempts AS a JOIN jobs AS j ON j.id = a.job_id`;

/** The end of a log's last chunk. */
export interface LogTail {
  readonly seq: number;
  readonly text: string;
}

/** As Postgres counts characters. */
const countCodePoints = (text: string): number => Array.from(text).length;

/** The tables `log_chunks` and `log_entries`, and the counters of the log in `attempts`. */
@Injectable()
export class LogsRepository {
  constructor(private readonly database: Database) {}

  /** Locks the attempt for an append. Undefined where there is none; also, among several, where another transaction holds it. */
  lockForAppend(tx: SqlExecutor, attemptId: string): Promise<AppendState | undefined> {
    return together(tx, 'logs.lockForAppend', attemptId, async (ids) => {
      const rows = await tx.query<AppendState>(
        `SELECT a.id, a.fencing, a.state, a.state IN ${endedStates} AS is_ended,
         a.state IN ${endedStates} AND ${endedAt} < now() - make_interval(secs => ${lateWindowS}) AS is_past,
         a.log_bytes, a.log_next_seq, a.log_next_offset, a.log_line_breaks, a.log_limit_reached,
         a.log_store_dropped, a.log_closed_at
       FROM attempts AS a WHERE a.id = ANY ($1) ORDER BY a.id FOR NO KEY UPDATE ${ids.length > 1 ? 'SKIP LOCKED' : ''}`,
        [ids],
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id));
    });
  }

  /** The end of the last chunk behind its last line break, `maxCharacters` at most. */
  findTail(tx: SqlExecutor, attemptId: string, maxCharacters: number): Promise<LogTail | undefined> {
    return together(tx, `logs.findTail ${maxCharacters}`, attemptId, async (ids) => {
      const rows = await tx.query<LogTail & { readonly id: string }>(
        `SELECT asked.id, last.seq, last.text FROM unnest($1::text[]) AS asked (id)
         CROSS JOIN LATERAL (
           SELECT seq, right(text, $2) AS text FROM log_chunks WHERE attempt_id = asked.id
           ORDER BY seq DESC LIMIT 1) AS last`,
        [ids, maxCharacters],
      );
      const byId = new Map(
        rows.map(({ id, seq, text }) => [id, { seq, text: text.slice(text.lastIndexOf('\n') + 1) }]),
      );
      return ids.map((id) => byId.get(id));
    });
  }

  /** Replaces the last characters of a chunk by others of the same length in bytes. */
  async replaceTail(tx: SqlExecutor, attemptId: string, tail: LogTail, replacement: string): Promise<void> {
    await tx.query(
      `UPDATE log_chunks SET text = left(text, -$3::int) || $4 WHERE attempt_id = $1 AND seq = $2`,
      [attemptId, tail.seq, countCodePoints(tail.text), replacement],
    );
  }

  async insertChunks(
    tx: SqlExecutor,
    attemptId: string,
    chunks: readonly StoredChunk[],
    late: boolean,
  ): Promise<void> {
    const rows = chunks.map((chunk) => ({ ...chunk, attemptId, late }));
    await together(tx, 'logs.insertChunks', rows, async (lists) => {
      const all = lists.flat();
      if (all.length > 0)
        await tx.query(
          `INSERT INTO log_chunks (attempt_id, seq, byte_offset, bytes, first_line, text, late)
           SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::int[], $5::int[], $6::text[], $7::boolean[])`,
          [
            all.map((row) => row.attemptId),
            all.map((row) => row.seq),
            all.map((row) => row.byteOffset),
            all.map((row) => row.bytes),
            all.map((row) => row.firstLine),
            toTextArray(all.map((row) => row.text)),
            all.map((row) => row.late),
          ],
        );
      return lists.map(() => undefined);
    });
  }

  async saveAppend(
    tx: SqlExecutor,
    attemptId: string,
    position: LogPosition,
    more: { readonly late: boolean; readonly close: boolean; readonly senderDroppedBytes: number },
  ): Promise<void> {
    await together(tx, 'logs.saveAppend', { attemptId, position, more }, async (all) => {
      const ids = all.map((one) => one.attemptId);
      await tx.query(
        `UPDATE attempts SET log_bytes = stored_bytes, log_next_seq = next_seq, log_next_offset = next_offset,
           log_line_breaks = line_breaks, log_limit_reached = is_truncated, log_store_dropped = dropped,
           log_late = log_late OR is_late,
           log_closed_at = CASE WHEN closes THEN coalesce(log_closed_at, now()) ELSE log_closed_at END,
           log_sender_dropped = greatest(log_sender_dropped, sender_dropped),
           log_truncated = is_truncated OR greatest(log_sender_dropped, sender_dropped) > 0,
           log_dropped = dropped + greatest(log_sender_dropped, sender_dropped)
         FROM unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[], $5::int[], $6::boolean[], $7::bigint[],
             $8::boolean[], $9::boolean[], $10::bigint[])
           AS appended (attempt_id, stored_bytes, next_seq, next_offset, line_breaks, is_truncated, dropped, is_late,
             closes, sender_dropped)
         WHERE attempts.id = appended.attempt_id AND attempts.id = ANY ($1)`,
        [
          ids,
          all.map((one) => one.position.storedBytes),
          all.map((one) => one.position.nextSeq),
          all.map((one) => one.position.nextOffset),
          all.map((one) => one.position.lineBreaks),
          all.map((one) => one.position.truncated),
          all.map((one) => one.position.droppedBytes),
          all.map((one) => one.more.late),
          all.map((one) => one.more.close),
          all.map((one) => one.more.senderDroppedBytes),
        ],
      );
      return all.map(() => undefined);
    });
  }

  async findAttemptLog(attemptId: string): Promise<AttemptLogRow | undefined> {
    const [row] = await this.database.query<AttemptLogRow>(`${attemptLog} WHERE a.id = $1`, [attemptId]);
    return row;
  }

  /** The log of the newest attempt at a version, whichever its tags. */
  async findLatestAttemptLog(name: string, versions: readonly string[]): Promise<AttemptLogRow | undefined> {
    const [row] = await this.database.query<AttemptLogRow>(
      `${attemptLog} WHERE j.name = $1 AND j.version = ANY($2::text[]) ORDER BY a.claimed_at DESC, a.id DESC LIMIT 1`,
      [normalizeName(name), versions],
    );
    return row;
  }

  /**
   * The pieces that hold bytes from `offset` on, `bytes` or a little more, in order: chunks, or blocks when the log is
   * sealed. One statement sees one of the two forms, whole.
   */
  async listPieces(attemptId: string, offset: number, bytes: number): Promise<LogPieceRow[]> {
    const range = (table: string): string => `WHERE attempt_id = $1 AND byte_offset < $2::bigint + $3::bigint
      AND byte_offset >= coalesce(
        (SELECT max(byte_offset) FROM ${table} WHERE attempt_id = $1 AND byte_offset <= $2::bigint), 0)`;
    return this.database.query(
      `SELECT byte_offset, seq, text, NULL::bytea AS data FROM log_chunks ${range('log_chunks')}
       UNION ALL SELECT byte_offset, block, NULL, data FROM log_blocks ${range('log_blocks')}
       ORDER BY byte_offset, seq`,
      [attemptId, offset, bytes],
    );
  }

  /** The last piece that begins on a line before `line`: the break before that line lies in it. */
  async findPieceBefore(attemptId: string, line: number): Promise<{ offset: number; firstLine: number }> {
    const last = (table: string): string => `(SELECT byte_offset, first_line FROM ${table}
      WHERE attempt_id = $1 AND first_line < $2 ORDER BY byte_offset DESC LIMIT 1)`;
    const [row] = await this.database.query<{ byte_offset: number; first_line: number }>(
      `SELECT byte_offset, first_line FROM (${last('log_chunks')} UNION ALL ${last('log_blocks')}) AS piece
       ORDER BY byte_offset DESC LIMIT 1`,
      [attemptId, line],
    );
    return row === undefined
      ? { offset: 0, firstLine: 1 }
      : { offset: row.byte_offset, firstLine: row.first_line };
  }

  async insertEntry(
    tx: SqlExecutor,
    entry: {
      readonly id: string;
      readonly runId: string | null;
      readonly name: string;
      readonly version: string;
      readonly content: string;
      readonly at: Date;
    },
  ): Promise<void> {
    await tx.query(
      'INSERT INTO log_entries (id, run_id, name, version, content, at) VALUES ($1, $2, $3, $4, $5, $6)',
      [entry.id, entry.runId, normalizeName(entry.name), entry.version, entry.content, entry.at],
    );
  }

  async findLatestEntry(name: string, versions: readonly string[]): Promise<LogEntryRow | undefined> {
    const [row] = await this.database.query<LogEntryRow>(
      `SELECT id, run_id, name, version, at, octet_length(content) AS bytes FROM log_entries
       WHERE name = $1 AND version = ANY($2::text[]) ORDER BY at DESC, id DESC LIMIT 1`,
      [normalizeName(name), versions],
    );
    return row;
  }

  async getEntryContent(id: string): Promise<string> {
    const [row] = await this.database.query<{ content: string }>(
      'SELECT content FROM log_entries WHERE id = $1',
      [id],
    );
    return row?.content ?? '';
  }
}
