import { Injectable } from '@nestjs/common';
import { Database, type SqlExecutor } from '../../../platform/index.ts';
import type {
  BlockKey,
  LooseBlockRow,
  NewBlock,
  OpenChunkRow,
  SearchedBlockRow,
  SegmentRow,
} from './sealed-log.row.ts';

const endedStates = `('succeeded', 'failed', 'lost', 'cancelled')`;
const endedAt = 'coalesce(a.finished_at, a.renewed_at, a.claimed_at)';
/** Nothing more is taken for it: see `lockForAppend`. */
const isOver = `a.state IN ${endedStates} AND (a.log_closed_at IS NOT NULL OR ${endedAt} < now() - interval '300 s')`;
/** Order of the blocks in a segment: a later one is newer. */
const byTime = 'at, attempt_id, block';

/** The tables `sealed_logs`, `log_blocks` and `log_segments`. */
@Injectable()
export class SealedLogsRepository {
  constructor(private readonly database: Database) {}

  /** Attempts that ended `afterS` seconds ago or earlier and whose log lies in chunks still. */
  async listUnsealed(afterS: number, limit: number, without: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ attempt_id: string }>(
      `SELECT c.attempt_id FROM log_chunks AS c JOIN attempts AS a ON a.id = c.attempt_id
       WHERE c.byte_offset = 0 AND ${isOver} AND ${endedAt} < now() - make_interval(secs => $1)
         AND c.attempt_id <> ALL($3::text[])
       ORDER BY ${endedAt} LIMIT $2`,
      [afterS, limit, without],
    );
    return rows.map((row) => row.attempt_id);
  }

  /** Locks the attempt until the commit. Undefined when it is not over, or another controller has it. */
  async lockForSeal(
    tx: SqlExecutor,
    attemptId: string,
  ): Promise<{ readonly log_bytes: number; readonly ended_at: Date } | undefined> {
    const [row] = await tx.query<{ log_bytes: number; ended_at: Date }>(
      `SELECT a.log_bytes, ${endedAt} AS ended_at FROM attempts AS a
       WHERE a.id = $1 AND ${isOver} FOR NO KEY UPDATE SKIP LOCKED`,
      [attemptId],
    );
    return row;
  }

  /** The next chunks behind `afterSeq`. */
  listChunks(tx: SqlExecutor, attemptId: string, afterSeq: number, limit: number): Promise<OpenChunkRow[]> {
    return tx.query(
      'SELECT seq, text, at FROM log_chunks WHERE attempt_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
      [attemptId, afterSeq, limit],
    );
  }

  /** False when it is sealed already. */
  async insertLog(tx: SqlExecutor, attemptId: string, endedAt: Date, bytes: number): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO sealed_logs (attempt_id, ended_at, bytes, stored_bytes) VALUES ($1, $2, $3, 0)
       ON CONFLICT DO NOTHING RETURNING attempt_id`,
      [attemptId, endedAt, bytes],
    );
    return rows.length > 0;
  }

  async insertBlocks(tx: SqlExecutor, attemptId: string, blocks: readonly NewBlock[]): Promise<void> {
    await tx.query(
      `INSERT INTO log_blocks (attempt_id, block, byte_offset, bytes, first_line, at, data)
       SELECT $1, * FROM unnest($2::int[], $3::bigint[], $4::int[], $5::int[], $6::timestamptz[], $7::bytea[])`,
      [
        attemptId,
        blocks.map(({ block }) => block),
        blocks.map(({ byteOffset }) => byteOffset),
        blocks.map(({ bytes }) => bytes),
        blocks.map(({ firstLine }) => firstLine),
        blocks.map(({ at }) => at),
        blocks.map(({ data }) => data),
      ],
    );
  }

  /** The sealed form takes the place of the chunks. */
  async replaceChunks(tx: SqlExecutor, attemptId: string, storedBytes: number): Promise<void> {
    await tx.query('UPDATE sealed_logs SET stored_bytes = $2 WHERE attempt_id = $1', [
      attemptId,
      storedBytes,
    ]);
    await tx.query('DELETE FROM log_chunks WHERE attempt_id = $1', [attemptId]);
  }

  async countLooseBytes(): Promise<number> {
    const [row] = await this.database.query<{ bytes: number }>(
      'SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM log_blocks WHERE segment_id IS NULL',
    );
    return row?.bytes ?? 0;
  }

  /** The oldest blocks that no segment has, locked until the commit; others' are passed over. */
  lockLoose(tx: SqlExecutor, limit: number): Promise<LooseBlockRow[]> {
    return tx.query(
      `SELECT attempt_id, block, bytes, at FROM log_blocks WHERE segment_id IS NULL
       ORDER BY ${byTime} LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`,
      [limit],
    );
  }

  async readBlocks(sql: SqlExecutor, keys: readonly BlockKey[]): Promise<Buffer[]> {
    const rows = await sql.query<{ data: Buffer }>(
      `SELECT data FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS wanted (attempt_id, block, number)
       JOIN log_blocks USING (attempt_id, block) ORDER BY wanted.number`,
      [keys.map((key) => key.attempt_id), keys.map((key) => key.block)],
    );
    return rows.map((row) => row.data);
  }

  /** Writes a segment; `keys` are its blocks in the order of their positions. */
  async insertSegment(
    tx: SqlExecutor,
    keys: readonly BlockKey[],
    newestAt: Date,
    data: Buffer,
  ): Promise<void> {
    await tx.query(
      `WITH segment AS (
         INSERT INTO log_segments (blocks, newest_at, data) VALUES ($1, $2, $3) RETURNING id)
       UPDATE log_blocks AS b SET segment_id = segment.id, position = wanted.number - 1
       FROM segment, unnest($4::text[], $5::int[]) WITH ORDINALITY AS wanted (attempt_id, block, number)
       WHERE b.attempt_id = wanted.attempt_id AND b.block = wanted.block`,
      [keys.length, newestAt, data, keys.map((key) => key.attempt_id), keys.map((key) => key.block)],
    );
  }

  /** What there is to search, as of one moment. */
  listSearchable(): Promise<{ readonly loose: LooseBlockRow[]; readonly segments: SegmentRow[] }> {
    return this.database.transaction(
      async (tx) => ({
        loose: await tx.query<LooseBlockRow>(
          `SELECT attempt_id, block, bytes, at FROM log_blocks WHERE segment_id IS NULL ORDER BY ${byTime}`,
        ),
        segments: await tx.query<SegmentRow>(
          'SELECT id, blocks, newest_at FROM log_segments ORDER BY newest_at DESC, id DESC',
        ),
      }),
      { isolation: 'repeatable read', readOnly: true },
    );
  }

  /** Undefined when retention took it. */
  async findSegmentData(id: number): Promise<Buffer | undefined> {
    const [row] = await this.database.query<{ data: Buffer }>('SELECT data FROM log_segments WHERE id = $1', [
      id,
    ]);
    return row?.data;
  }

  /** Blocks of a segment at these positions, newest first. */
  listBySegment(id: number, positions: readonly number[]): Promise<SearchedBlockRow[]> {
    return this.database.query(
      `SELECT b.attempt_id, j.name, j.version, b.first_line, b.at, b.data
       FROM log_blocks AS b JOIN attempts AS a ON a.id = b.attempt_id JOIN jobs AS j ON j.id = a.job_id
       WHERE b.segment_id = $1 AND b.position = ANY($2::int[]) ORDER BY b.position DESC`,
      [id, positions],
    );
  }

  /** Blocks by their keys, in that order. */
  listByKeys(keys: readonly BlockKey[]): Promise<SearchedBlockRow[]> {
    return this.database.query(
      `SELECT b.attempt_id, j.name, j.version, b.first_line, b.at, b.data
       FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS wanted (attempt_id, block, number)
       JOIN log_blocks AS b USING (attempt_id, block)
       JOIN attempts AS a ON a.id = b.attempt_id JOIN jobs AS j ON j.id = a.job_id ORDER BY wanted.number`,
      [keys.map((key) => key.attempt_id), keys.map((key) => key.block)],
    );
  }
}
