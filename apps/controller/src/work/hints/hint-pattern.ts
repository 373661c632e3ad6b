import type { LineMatcher } from '@ironwheel/decisions';
import { RE2JS } from 're2js';
import { AppError } from '../../platform/index.ts';
import { findPatternFault } from './find-pattern-fault.ts';

/** As in libs/decisions: longer lines are cut before they are looked at. */
const maxLineChars = 1000;

/**
 * A matcher for a pattern that a person wrote, in an engine that needs linear time (docs/adr/0014).
 * @param place of the pattern in the hint, for the error: `patterns.0`
 * @throws {AppError} `HINT_PATTERN_INVALID`.
 */
export function toRe2Matcher(pattern: string, place = 'pattern'): LineMatcher {
  const compiled = compile(pattern, place);
  return (text) => {
    const matcher = compiled.matcher(text.slice(0, maxLineChars));
    if (!matcher.find()) return null;
    return Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? undefined);
  };
}

function compile(pattern: string, place: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    const fault = findPatternFault(pattern);
    const said = cause instanceof Error ? cause.message : String(cause);
    const why = fault === null ? said : `${fault.why}, at character ${fault.at}`;
    throw new AppError('HINT_PATTERN_INVALID', `The pattern cannot be used: ${why}.`, {
      cause,
      issues: [{ path: place, message: why }],
    });
  }
}
