import { expect, it } from 'vitest';
import { formatAge, formatDuration } from './duration.ts';

it('writes durations the way people read them', () => {
  expect([0, 0.44, 9.94, 9.96, 59.6, 65, 3600, 7800].map(formatDuration)).toEqual([
    '0.0 s',
    '0.4 s',
    '9.9 s',
    '10 s',
    '1 m 00 s',
    '1 m 05 s',
    '1 h 00 m',
    '2 h 10 m',
  ]);
});

it('counts from a time, and never below zero', () => {
  expect(formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:02:05Z'))).toBe('2 m 05 s');
  expect(formatAge('2026-01-01T00:00:10Z', Date.parse('2026-01-01T00:00:00Z'))).toBe('0.0 s');
  expect(formatAge(null)).toBe('–');
});
