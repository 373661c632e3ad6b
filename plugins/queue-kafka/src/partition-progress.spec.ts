import { expect, it } from 'vitest';
import { PartitionProgress } from './partition-progress.ts';

it('commits up to the first offset that is not done, in whatever order they end', () => {
  const progress = new PartitionProgress();
  expect(progress.committable).toBeNull();
  for (const offset of [5n, 6n, 7n, 9n]) expect(progress.read(offset)).toBe(true);
  progress.done(7n);
  progress.done(6n);
  expect(progress.committable).toBe(5n);
  progress.committed(5n);
  expect(progress.committable).toBeNull();
  progress.done(5n);
  expect(progress.committable).toBe(9n);
  progress.done(9n);
  expect(progress.committable).toBe(10n);
});

it('knows a record that comes again after a rebalance', () => {
  const progress = new PartitionProgress();
  progress.read(1n);
  progress.read(2n);
  progress.done(1n);
  expect(progress.read(1n)).toBe(false);
  expect(progress.read(2n)).toBe(false);
  expect(progress.committable).toBe(2n);
  expect(progress.next).toBe(3n);
});
