import type { AttemptLogRow, LogEntryRow, LogPieceRow } from './log.row.ts';
import type { LogsRepository } from './logs.repository.ts';
import { unpack } from './sealed/compress.ts';
import { sliceCharacters } from './utf8-range.ts';

/** Whole characters of a log; offsets in bytes. Empty when nothing lies behind `offset`. */
export interface LogRange {
  readonly offset: number;
  readonly nextOffset: number;
  readonly text: string;
}

/** One log, wherever it is kept. The facts are as of the moment it was found. */
export interface LogSource {
  readonly name: string;
  readonly version: string;
  readonly attemptId: string | null;
  readonly size: number;
  /** Line breaks in all of it; null where nobody counted. */
  readonly lineBreaks: number | null;
  readonly truncated: boolean;
  readonly droppedBytes: number;
  /** Ended, and everything was received. */
  readonly complete: boolean;
  /** Nothing more will come. */
  readonly settled: boolean;
  readonly at: Date;
  read(offset: number, limit: number): Promise<LogRange>;
}

/** A character takes four bytes at most: a range that begins inside of one still reaches the next. */
const longestCharacter = 4;

const readPiece = (piece: LogPieceRow): Promise<Buffer> =>
  piece.data === null ? Promise.resolve(Buffer.from(piece.text ?? '', 'utf8')) : unpack(piece.data);

export const toAttemptSource = (row: AttemptLogRow, logs: LogsRepository): LogSource => ({
  name: row.name,
  version: row.version,
  attemptId: row.attempt_id,
  size: row.log_bytes,
  lineBreaks: row.log_line_breaks,
  truncated: row.log_truncated,
  droppedBytes: row.log_dropped,
  complete: row.is_ended && row.log_closed_at !== null,
  settled: row.is_settled,
  at: row.at,
  async read(offset, limit) {
    const pieces = await logs.listPieces(row.attempt_id, offset, limit + longestCharacter);
    const base = pieces[0]?.byte_offset ?? offset;
    const bytes = Buffer.concat(await Promise.all(pieces.map(readPiece)));
    const range = sliceCharacters(bytes, Math.max(0, offset - base), limit);
    return range.text === ''
      ? { offset, nextOffset: offset, text: '' }
      : { offset: base + range.start, nextOffset: base + range.end, text: range.text };
  },
});

export const toEntrySource = (row: LogEntryRow, logs: LogsRepository): LogSource => {
  let content: Promise<Buffer> | undefined;
  return {
    name: row.name,
    version: row.version,
    attemptId: null,
    size: row.bytes,
    lineBreaks: null,
    truncated: false,
    droppedBytes: 0,
    complete: true,
    settled: true,
    at: row.at,
    async read(offset, limit) {
      content ??= logs.getEntryContent(row.id).then((text) => Buffer.from(text, 'utf8'));
      const range = sliceCharacters(await content, offset, limit);
      return { offset: range.start, nextOffset: range.end, text: range.text };
    },
  };
};
