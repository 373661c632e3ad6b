import type { LinePattern } from '@ironwheel/decisions';
import { RE2JS } from 're2js';

/**
 * A pattern that a person wrote, ready to look at lines of a build: RE2's syntax, whose matching costs time in proportion
 * to the line, whatever either of them is. Throws for what RE2 does not take.
 */
export function compilePattern(source: string): LinePattern {
  const compiled = RE2JS.compile(source);
  return { test: (text) => compiled.matcher(text).find() };
}
