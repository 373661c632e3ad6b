import { describe, expect, it } from 'vitest';
import { parseRange } from './byte-range.ts';
import { matchesEntityTag } from './entity-tag.ts';

const whole = { kind: 'whole' };
const unsatisfiable = { kind: 'unsatisfiable' };
const part = (start: number, end: number) => ({ kind: 'part', start, end });

describe('parseRange', () => {
  it.each<[string | undefined, number, object]>([
    [undefined, 10, whole],
    ['bytes=0-0', 10, part(0, 0)],
    ['bytes=2-5', 10, part(2, 5)],
    ['bytes=2-', 10, part(2, 9)],
    ['bytes=2-999', 10, part(2, 9)],
    ['bytes=-3', 10, part(7, 9)],
    ['bytes=-99', 10, part(0, 9)],
    ['bytes=9-9', 10, part(9, 9)],
    ['bytes=10-', 10, unsatisfiable],
    ['bytes=-0', 10, unsatisfiable],
    ['bytes=5-2', 10, whole],
    ['bytes=0-1,3-4', 10, whole],
    ['bytes=-', 10, whole],
    ['bytes=a-b', 10, whole],
    ['lines=0-1', 10, whole],
    [`bytes=0-${'9'.repeat(16)}`, 10, whole],
  ])('reads %j of %j bytes', (header, size, range) => {
    expect(parseRange(header, size)).toEqual(range);
  });
});

describe('matchesEntityTag', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
  ])('compares %j', (header, isMatch) => {
    expect(matchesEntityTag(header, '"a"')).toBe(isMatch);
  });
});
