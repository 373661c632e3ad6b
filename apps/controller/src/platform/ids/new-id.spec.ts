import { version } from 'uuid';
import { expect, it } from 'vitest';
import { newId } from './new-id.ts';

it('makes UUIDv7 that are different, and sort in the order in which they were made', () => {
  const ids = Array.from({ length: 20_000 }, () => newId('job'));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids.slice(0, 300)) expect(version(id.slice('job_'.length))).toBe(7);
});

it('takes the bits that are not time or sequence from the random source', () => {
  const tails = new Set(Array.from({ length: 1000 }, () => newId('job').slice(-12)));
  expect(tails.size).toBe(1000);
});
