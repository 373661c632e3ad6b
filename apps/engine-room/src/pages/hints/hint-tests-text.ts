import type { HintView } from '@ironwheel/contracts';

export type HintTest = HintView['tests'][number];

/**
 * Tests as one text that can be compared like a diff: `+` before what must match, `-` before what must not, and a blank
 * before each further line.
 */
export const writeTests = (tests: readonly HintTest[]): string =>
  tests.map(({ text, matches }) => `${matches ? '+' : '-'} ${text.split('\n').join('\n  ')}`).join('\n');

export function readTests(text: string): HintTest[] {
  const tests: { text: string; matches: boolean }[] = [];
  for (const line of text === '' ? [] : text.split('\n')) {
    const [sign, said] = [line[0], line.slice(2)];
    const last = tests.at(-1);
    if (sign === '+' || sign === '-') tests.push({ text: said, matches: sign === '+' });
    else if (last !== undefined) last.text += `\n${said}`;
  }
  return tests;
}
