import { findPreviousBoundary } from '../utf8-range.ts';

/** A piece of a log that is compressed by itself; sizes and offsets in bytes. */
export interface LogBlock {
  readonly byteOffset: number;
  /** Number of the line on which it begins, from 1. */
  readonly firstLine: number;
  readonly bytes: Buffer;
  /** When its last byte came. */
  readonly at: Date;
}

/** A block ends with the line in which it reaches this size … */
export const blockBytes = 64 * 1024;
/** … but for a line that is longer than this: it goes on in the next block. */
const longestBlock = 256 * 1024;
const newline = 0x0a;

const countBreaks = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
};

/** Cuts a log, handed over piece by piece in order, into blocks of whole lines. */
export class BlockCutter {
  #rest = Buffer.alloc(0);
  #offset = 0;
  #line = 1;
  #at = new Date(0);

  /** The blocks that are full now. */
  *add(bytes: Buffer, at: Date): Generator<LogBlock> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    this.#at = at;
    for (let end = this.#findEnd(); end !== null; end = this.#findEnd()) yield this.#take(end);
  }

  /** What is left at the end of the log. */
  *end(): Generator<LogBlock> {
    if (this.#rest.length > 0) yield this.#take(this.#rest.length);
  }

  #findEnd(): number | null {
    if (this.#rest.length < blockBytes) return null;
    const lineBreak = this.#rest.indexOf(newline, blockBytes - 1);
    if (lineBreak !== -1 && lineBreak < longestBlock) return lineBreak + 1;
    return this.#rest.length < longestBlock ? null : findPreviousBoundary(this.#rest, longestBlock);
  }

  #take(end: number): LogBlock {
    const bytes = this.#rest.subarray(0, end);
    const block = { byteOffset: this.#offset, firstLine: this.#line, bytes, at: this.#at };
    this.#rest = this.#rest.subarray(end);
    this.#offset += end;
    this.#line += countBreaks(bytes);
    return block;
  }
}
