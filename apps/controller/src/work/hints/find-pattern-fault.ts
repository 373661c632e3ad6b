import { RE2JS, RE2JSSyntaxException } from 're2js';
import { findLoneBracket } from './find-lone-bracket.ts';

/** What RE2 cannot read of a pattern, and at which character of it, counted from 1. */
export interface PatternFault {
  readonly why: string;
  readonly at: number;
}

/** Null: the pattern can be read. RE2 tells what it stumbled over, but not where. */
export function findPatternFault(pattern: string): PatternFault | null {
  const fault = readFault(pattern);
  if (fault === null) return null;
  // Of brackets that do not pair, the piece that is told is all of the pattern.
  const isBracket = /^(?:unexpected|missing closing) \)$/.test(fault.error);
  const piece = isBracket ? '' : (fault.input ?? '');
  const start = isBracket ? (findLoneBracket(pattern) ?? 0) : findStart(pattern, fault, piece);
  const why = piece === '' ? fault.error : `${fault.error}: \`${piece}\``;
  return { why, at: Array.from(pattern.slice(0, start)).length + 1 };
}

/** RE2 reads from the left and stops at the first fault, so halving finds the shortest beginning that has it. */
function findStart(pattern: string, fault: RE2JSSyntaxException, piece: string): number {
  let [good, bad] = [0, pattern.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const found = readFault(pattern.slice(0, middle));
    if (found?.error === fault.error && found.input === fault.input) bad = middle;
    else good = middle;
  }
  const start = pattern.lastIndexOf(piece, good);
  return piece !== '' && start >= 0 && start + piece.length > good ? start : good;
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
