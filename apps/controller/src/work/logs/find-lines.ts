import { setImmediate } from 'node:timers/promises';
import type { LogHits } from '@ironwheel/contracts';
import { isErrorLine } from '@ironwheel/decisions';
import { findHits } from './find-hits.ts';
import type { LogSource } from './log-source.ts';

const pieceBytes = 256 * 1024;
/** A line that is longer is looked through in parts. */
const longestLine = 1024 * 1024;

/** A part of a log that begins with a line and ends with one. */
interface LinesPart {
  readonly firstLine: number;
  readonly text: string;
}
export type LogHit = LogHits['items'][number];
export type FindInPart = (part: LinesPart, limit: number) => LogHit[];

/** Lines in which `text` stands, in any case. */
export const findText =
  (text: string): FindInPart =>
  ({ firstLine, text: part }, limit) =>
    findHits(
      { name: '', version: '', attempt_id: null, first_line: firstLine, text: part, at: new Date(0) },
      text,
      limit,
    ).map(({ line_no, text: line }) => ({ line_no, text: line }));

/** Every line of an error has one of these; a part without them is passed over at once. */
const errorWords =
  /error|exception|traceback|cannot|undefined reference|not found|can't find|could not|unable to|no package|killed|no space left|panicked|illegal instruction|\*\*\*/iu;
const shownCharacters = 400;

/** Lines with which tools say that something is wrong. */
export const findErrors: FindInPart = ({ firstLine, text }, limit) => {
  if (!errorWords.test(text)) return [];
  const hits: LogHit[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (hits.length >= limit) break;
    if (errorWords.test(line) && isErrorLine({ text: line }))
      hits.push({ line_no: firstLine + index, text: line.slice(0, shownCharacters).toWellFormed() });
  }
  return hits;
};

/**
 * Goes through a log from its beginning. Ends with `limit` hits, or when `deadline` (of `performance.now()`) is over, and
 * lets others have their turn after each piece.
 */
export async function findLines(
  source: Pick<LogSource, 'read'>,
  find: FindInPart,
  limit: number,
  deadline: number,
): Promise<LogHits> {
  const items: LogHit[] = [];
  const add = (part: LinesPart): void => void items.push(...find(part, limit - items.length));
  let firstLine = 1;
  let rest = '';
  for (let at = 0; items.length < limit;) {
    if (performance.now() > deadline) return { items, incomplete: true };
    const { text, nextOffset } = await source.read(at, pieceBytes);
    if (text === '') {
      if (rest !== '') add({ firstLine, text: rest });
      return { items, incomplete: false };
    }
    at = nextOffset;
    rest += text;
    const end = rest.length > longestLine ? rest.length : rest.lastIndexOf('\n') + 1;
    if (end > 0) {
      const part = rest.slice(0, end);
      rest = rest.slice(end);
      add({ firstLine, text: part });
      firstLine += countBreaks(part);
    }
    await setImmediate();
  }
  return { items, incomplete: true };
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
