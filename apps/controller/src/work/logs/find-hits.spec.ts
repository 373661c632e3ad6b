import { describe, expect, it } from 'vitest';
import { findHits } from './find-hits.ts';

const find = (text: string, needle: string, limit = 10): [number, string][] =>
  findHits(
    { name: 'n', version: '1', attempt_id: 'att_1', first_line: 5, text, at: new Date(0) },
    needle,
    limit,
  ).map((hit) => [hit.line_no, hit.text]);

describe('the lines in which a text stands', () => {
  it('are told with their numbers, each once, in any case', () => {
    const text = 'one\nTwo two\n\nthree\ntwo';
    expect(find(text, 'TWO')).toEqual([
      [6, 'Two two'],
      [9, 'two'],
    ]);
    expect(find(text, 'two', 1)).toEqual([[6, 'Two two']]);
    expect(find(text, 'four')).toEqual([]);
    expect(find(text, 'one\ntwo')).toEqual([]);
    expect(find('first', 'first')).toEqual([[5, 'first']]);
  });

  it('are the right ones where lower case is longer', () => {
    const text = 'İİİ\nplain\nİ error İ\nerror';
    expect(find(text, 'error')).toEqual([
      [7, 'İ error İ'],
      [8, 'error'],
    ]);
    expect(find(text, 'PLAIN')).toEqual([[6, 'plain']]);
  });

  it('are shown around the place when they are long', () => {
    const [hit] = find(`${'x'.repeat(1000)}here${'y'.repeat(1000)}`, 'here');
    expect(hit?.[1]).toHaveLength(400);
    expect(hit?.[1]).toContain('here');
  });
});
