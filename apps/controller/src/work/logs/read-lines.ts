import { logLineLimits } from '@ironwheel/contracts';
import type { LogSource } from './log-source.ts';

/** Bytes that are read at a time, and most of all for one answer: a line can be as long as the log. */
const pieceBytes = 256 * 1024;
const mostBytes = 4 * 1024 * 1024;

export interface ReadLines {
  readonly lines: readonly string[];
  /** Lines of which only the beginning stands in `lines`, with their whole length. */
  readonly cut: readonly { readonly line_no: number; readonly characters: number }[];
  /** Byte behind the last of `lines`. */
  readonly nextOffset: number;
  /** The last of `lines` had no line break. */
  readonly isOpen: boolean;
  /** The log ended behind them. */
  readonly isEnd: boolean;
}

/** A place in a log: the byte at which a piece begins, and the number of the line on which it does. */
export interface LogPlace {
  readonly offset: number;
  readonly firstLine: number;
}

/** Up to `limit` whole lines from line `from` on, read from `place` before it. */
export async function readLines(
  source: Pick<LogSource, 'read'>,
  place: LogPlace,
  from: number,
  limit: number,
): Promise<ReadLines> {
  const lines: string[] = [];
  const cut: { line_no: number; characters: number }[] = [];
  let lineNo = place.firstLine;
  let line = '';
  let characters = 0;
  let at = place.offset;
  let nextOffset = place.offset;
  const take = (part: string): void => {
    characters += part.length;
    if (line.length < logLineLimits.maxLineCharacters)
      line += part.slice(0, logLineLimits.maxLineCharacters - line.length);
  };
  const end = (): void => {
    if (lineNo >= from) {
      lines.push(line.toWellFormed());
      if (characters > line.length) cut.push({ line_no: lineNo, characters });
    }
    lineNo += 1;
    line = '';
    characters = 0;
  };
  while (at - place.offset < mostBytes) {
    const { text, nextOffset: behind } = await source.read(at, pieceBytes);
    if (text === '') {
      if (characters === 0) return { lines, cut, nextOffset, isOpen: false, isEnd: true };
      end();
      return { lines, cut, nextOffset: at, isOpen: true, isEnd: true };
    }
    let start = 0;
    for (let found = text.indexOf('\n'); found !== -1; found = text.indexOf('\n', start)) {
      take(text.slice(start, found));
      end();
      start = found + 1;
      if (lines.length < limit) continue;
      nextOffset = at + Buffer.byteLength(text.slice(0, start), 'utf8');
      return { lines, cut, nextOffset, isOpen: false, isEnd: false };
    }
    if (start > 0) nextOffset = at + Buffer.byteLength(text.slice(0, start), 'utf8');
    take(text.slice(start));
    at = behind;
  }
  // One line goes on beyond what is read at once: its beginning is told, and the next is found by its number.
  if (lines.length === 0) {
    end();
    nextOffset = at;
  }
  return { lines, cut, nextOffset, isOpen: true, isEnd: false };
}
