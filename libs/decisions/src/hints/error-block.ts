import type { LogLine } from './line-matcher.ts';

/** How tools begin to say what is wrong. Notes of configure scripts (`Could NOT find …`, `… no`) are no errors by themselves. */
const anchors = [
  /\b(?:fatal )?error(?:\[E\d+\])?:/iu,
  /^CMake Error\b/u,
  /^Traceback \(most recent call last\)/u,
  /(?:Error|Exception): /u,
  /\bcannot find -l/u,
  /undefined reference to/u,
  /: (?:command )?not found\b/u,
  /\b(?:can't find|could not find|not found|cannot execute|unable to (?:execute|invoke))\b/iu,
  /\bNo package '/u,
  /\bKilled\b|No space left on device|panicked at|Illegal instruction/u,
  /^(?:make|ninja)(?:\[\d+\])?: \*\*\*/u,
];
const notes = /^-- |^checking |\bwarning:|^\s*(?:WARNING|note):/iu;

/** Lines that belong to an error, counted from its first. */
const linesAfter = 30;
const linesBefore = 3;

/** Whether a tool says with this line that something is wrong. */
export const isErrorLine = ({ text }: Pick<LogLine, 'text'>): boolean =>
  !notes.test(text) && anchors.some((anchor) => anchor.test(text.slice(0, 1000)));

/**
 * The first error block of a log: where the failure begins, some lines before it and what belongs to it. The end of a
 * log mostly repeats that something failed; it counts only where the first block reaches to it. `lines` may have gaps.
 */
export function findFirstErrorBlock(lines: readonly LogLine[]): readonly LogLine[] {
  const first = lines.findIndex(isErrorLine);
  const anchor = lines[first];
  if (anchor === undefined) return lines.slice(-(linesAfter + 1));
  const last = lastOfBlock(lines, first);
  return lines.filter(({ no }) => no >= anchor.no - linesBefore && no <= last);
}

/** A traceback has its cause on its last line, however long it is. */
function lastOfBlock(lines: readonly LogLine[], first: number): number {
  const anchor = lines[first];
  if (anchor === undefined) return 0;
  if (!anchor.text.startsWith('Traceback')) return anchor.no + linesAfter;
  const exception = lines.slice(first + 1).find(({ text }) => /^\S/u.test(text));
  return (exception?.no ?? anchor.no) + linesAfter;
}
