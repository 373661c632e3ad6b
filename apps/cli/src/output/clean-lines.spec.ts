import { expect, it } from 'vitest';
import { CleanLines } from './clean-lines.ts';

it('finds an escape sequence that two chunks share', () => {
  const written: string[] = [];
  const lines = new CleanLines((text) => written.push(text));
  lines.push('one \u001b[3');
  lines.push('1mred\u001b[0m\ntw');
  lines.push('o');
  lines.end();
  expect(written.join('')).toBe('one red\ntwo\n');
});

it('does not hold a line without end for ever', () => {
  const written: string[] = [];
  const lines = new CleanLines((text) => written.push(text));
  lines.push('x'.repeat(70_000));
  expect(written.join('')).toHaveLength(70_000);
});
