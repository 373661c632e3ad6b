import type { LogLine } from '../attempt-facts.ts';

export type { LogLine };

/**
 * Looks for a pattern in one line: the groups that it caught, or null. This library knows no engine for patterns that
 * people write; whoever has one that needs linear time hands it in.
 */
export type LineMatcher = (text: string) => readonly (string | undefined)[] | null;

/** Longer lines are cut before they are looked at. */
export const maxLineChars = 1000;

/**
 * For the patterns of this library only: a test holds each against the rules that keep a backtracking engine linear
 * enough (no repetition within a repetition, bounded lines).
 */
export function toLineMatcher(pattern: RegExp | string): LineMatcher {
  const compiled = new RegExp(pattern, 'u');
  return (text) => {
    const found = compiled.exec(text.slice(0, maxLineChars));
    return found === null ? null : found.slice(1);
  };
}
