import type { LineMatcher } from '@ironwheel/decisions';
import { RE2JS } from 're2js';
import { AppError } from '../../platform/index.ts';

/** As in libs/decisions: longer lines are cut before they are looked at. */
const maxLineChars = 1000;

/**
 * A matcher for a pattern that a person wrote, in an engine that needs linear time (docs/adr/0014).
 * @throws {AppError} `HINT_PATTERN_INVALID`.
 */
export function toRe2Matcher(pattern: string): LineMatcher {
  const compiled = compile(pattern);
  return (text) => {
    const matcher = compiled.matcher(text.slice(0, maxLineChars));
    if (!matcher.find()) return null;
    return Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? undefined);
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('HINT_PATTERN_INVALID', `The pattern cannot be used: ${why}.`, { cause });
  }
}
