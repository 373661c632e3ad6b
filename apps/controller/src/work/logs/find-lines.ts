import { setImmediate } from 'node:timers/promises';
import type { LogHits } from '@ironwheel/contracts';
import { isErrorLine } from '@ironwheel/decisions';
import { findHits } from './find-hits.ts';
import type { LogRange, LogSource } from './log-source.ts';

/** So small that whoever else asks for something waits a few milliseconds for their turn. */
const pieceBytes = 256 * 1024;
/** A line that is longer is looked through in parts. */
const longestLine = 4 * 1024 * 1024;

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

/** Every line of an error has one of these, in some case: finding them is much cheaper than looking at each line. */
const errorWords = [
  'error',
  'exception',
  'traceback',
  'cannot ',
  'undefined reference',
  'not found',
  "can't find",
  'could not',
  'unable to',
  'no package',
  'killed',
  'no space left',
  'panicked',
  'illegal instruction',
  '***',
] as const;
const shownCharacters = 400;

/** Lines with which tools say that something is wrong. */
export const findErrors: FindInPart = ({ firstLine, text }, limit) => {
  const hits: LogHit[] = [];
  let lineNo = firstLine;
  let counted = 0;
  for (const start of findLineStarts(text)) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end);
    if (!isErrorLine({ text: line })) continue;
    lineNo += countBreaks(text.slice(counted, start));
    counted = start;
    hits.push({ line_no: lineNo, text: line.slice(0, shownCharacters).toWellFormed() });
    if (hits.length >= limit) break;
  }
  return hits;
};

/** Where lines with one of the words begin, in their order. */
function findLineStarts(text: string): number[] {
  const lowered = text.toLowerCase();
  // A letter that changes its length in lower case moves every place behind it: then each line is looked at.
  if (lowered.length !== text.length) return listLineStarts(text);
  const starts = new Set<number>();
  for (const word of errorWords) {
    for (let at = lowered.indexOf(word); at !== -1;) {
      starts.add(at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);
      const next = text.indexOf('\n', at);
      at = next === -1 ? -1 : lowered.indexOf(word, next + 1);
    }
  }
  return [...starts].sort((left, right) => left - right);
}

function listLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export interface FindBounds {
  readonly limit: number;
  /** Of `performance.now()`. */
  readonly deadline: number;
  /** Aborts when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

/**
 * Goes through a log from its beginning. Ends with `limit` hits, when `deadline` is over, or when whoever asked has gone, and
 * lets others have their turn after each piece.
 */
export async function findLines(
  source: Pick<LogSource, 'read'>,
  find: FindInPart,
  { limit, deadline, gone }: FindBounds,
): Promise<LogHits> {
  const items: LogHit[] = [];
  const add = (part: LinesPart): void => void items.push(...find(part, limit - items.length));
  let firstLine = 1;
  let rest = '';
  // The next piece is on its way while one is looked through.
  const read = (at: number): Promise<LogRange> => {
    const range = source.read(at, pieceBytes);
    range.catch(() => undefined);
    return range;
  };
  let next = read(0);
  while (items.length < limit) {
    if (gone.aborted || performance.now() > deadline) return { items, incomplete: true };
    const { text, nextOffset } = await next;
    if (text === '') {
      if (rest !== '') add({ firstLine, text: rest });
      return { items, incomplete: false };
    }
    next = read(nextOffset);
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
