import { type IndexFile } from './project-listing.ts';

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** A moment as milliseconds since 1970, and the nanoseconds below them. */
interface Moment {
  readonly ms: number;
  readonly ns: number;
}

const findMoment = (text: string): Moment | undefined => {
  const [, date, time, fraction = '', zone = ''] = rfc3339.exec(text.trim()) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(ms)) return undefined;
  const ns = Number(fraction.padEnd(9, '0'));
  return { ms: ms + Math.floor(ns / 1_000_000), ns: ns % 1_000_000 };
};

const isLater = (one: Moment, other: Moment): boolean =>
  one.ms > other.ms || (one.ms === other.ms && one.ns > other.ns);

export interface SplitFiles {
  readonly files: readonly IndexFile[];
  readonly newerFiles: readonly IndexFile[];
}

/**
 * Divides files by upload time (PEP 700): those of `cutoff` and before, and the others. A file of which nobody says
 * when it was uploaded is with the others, since a plan of a day must stay the plan of that day. Throws `RangeError`
 * when `cutoff` is not RFC 3339.
 */
export const createNewerFilter = (cutoff: string): ((files: readonly IndexFile[]) => SplitFiles) => {
  const last = findMoment(cutoff);
  if (last === undefined) {
    throw new RangeError(
      'exclude_newer is not a date and time with a zone as RFC 3339 has it, such as 2026-01-31T00:00:00Z.',
    );
  }
  return (all) => {
    const files: IndexFile[] = [];
    const newerFiles: IndexFile[] = [];
    for (const file of all) {
      const uploaded = file.uploadTime === null ? undefined : findMoment(file.uploadTime);
      (uploaded === undefined || isLater(uploaded, last) ? newerFiles : files).push(file);
    }
    return { files, newerFiles };
  };
};
