import { type ByteRange } from './fetch-file.ts';
import { IndexUnreachableError } from './index-error.ts';

const isCount = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;

/** Throws `RangeError` for a range of nothing. */
export const toRangeHeader = (range: ByteRange): string => {
  if ('suffix' in range) {
    if (!isCount(range.suffix, 1)) throw new RangeError('a range asks for at least one byte');
    return `bytes=-${range.suffix}`;
  }
  if (!isCount(range.offset, 0) || !isCount(range.length, 1)) {
    throw new RangeError('a range asks for at least one byte');
  }
  return `bytes=${range.offset}-${range.offset + range.length - 1}`;
};

export interface RangeAnswer {
  readonly url: string;
  readonly range: ByteRange;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
}

/**
 * Checks that a 206 holds the bytes that were asked for, fewer only at the end of the file. Gives the size of the whole
 * file, null where it is not stated. Throws `IndexUnreachableError` (`range`).
 */
export const checkContentRange = ({ url, range, headers, bodyBytes }: RangeAnswer): number | null => {
  const refuse = (detail: string): IndexUnreachableError => new IndexUnreachableError('range', url, detail);
  const coding = headers['content-encoding'] ?? 'identity';
  const [, first, last, size] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec((headers['content-range'] ?? '').trim()) ?? [];
  if (first === undefined || last === undefined || coding !== 'identity') {
    throw refuse('it answers with a part of the file without saying which.');
  }
  const from = Number(first);
  const to = Number(last);
  const total = size === undefined || size === '*' ? null : Number(size);
  if (to - from + 1 !== bodyBytes) throw refuse('it answers with other bytes than it announces.');
  const asked =
    'suffix' in range
      ? total !== null && { from: Math.max(0, total - range.suffix), to: total - 1 }
      : {
          from: range.offset,
          to: Math.min(range.offset + range.length, total ?? Number.MAX_SAFE_INTEGER) - 1,
        };
  if (asked === false || from !== asked.from || to !== asked.to) {
    throw refuse('it answers with another part of the file than was asked for.');
  }
  return total;
};
