import { RE2JS, RE2JSSyntaxException } from 're2js';

/** What RE2 cannot read of a pattern, and at which character of it, counted from 1. */
export interface PatternFault {
  readonly why: string;
  readonly at: number;
}

const unclosed = /^missing closing /;

/** Null: the pattern can be read. RE2 tells what it stumbled over, but not where; so its beginnings are tried. */
export function findPatternFault(pattern: string): PatternFault | null {
  const fault = readFault(pattern);
  if (fault === null) return null;
  // Of brackets that do not pair, the piece that is told is all of the pattern.
  const piece = /^(?:unexpected|missing closing) \)$/.test(fault.error) ? '' : (fault.input ?? '');
  const why = piece === '' ? fault.error : `${fault.error}: \`${piece}\``;
  return { why, at: Array.from(pattern.slice(0, findStart(pattern, fault.error, piece))).length + 1 };
}

function findStart(pattern: string, error: string, piece: string): number {
  let good = pattern.length;
  do good -= 1;
  while (good > 0 && !isGoodSoFar(pattern.slice(0, good), error));
  if (piece === '') return good;
  const start = pattern.lastIndexOf(piece, good);
  return start >= 0 && start + piece.length > good ? start : good;
}

/** A bracket that the rest may close is no fault yet, unless it is what the whole pattern lacks. */
function isGoodSoFar(beginning: string, error: string): boolean {
  const fault = readFault(beginning);
  return fault === null || (fault.error !== error && unclosed.test(fault.error));
}

function readFault(pattern: string): RE2JSSyntaxException | null {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    // Anything else says nothing of a place.
    return error instanceof RE2JSSyntaxException ? error : null;
  }
}
