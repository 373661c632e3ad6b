import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptsRepository, RunningCount } from './attempts.repository.ts';
import { RunningAttempts } from './running-attempts.ts';

const tx = {} as SqlExecutor;

/** Attempts that take `ms` to count. */
class SlowToCount {
  times = 0;

  constructor(
    private readonly ms: number,
    private readonly counted: RunningCount,
  ) {}

  countRunning(): Promise<RunningCount> {
    this.times += 1;
    vi.advanceTimersByTime(this.ms);
    return Promise.resolve({ ...this.counted });
  }
}

const over = (attempts: SlowToCount): RunningAttempts =>
  new RunningAttempts(attempts as unknown as AttemptsRepository);

describe('RunningAttempts', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('leaves out the attempt that ends', async () => {
    const running = over(new SlowToCount(1, { running: 10, repetitions: 3 }));
    expect(await running.countBeside(tx, 1)).toEqual({ running: 9, repetitions: 3 });
    expect(await running.countBeside(tx, 2)).toEqual({ running: 9, repetitions: 2 });
  });

  it('never tells of less than none', async () => {
    const running = over(new SlowToCount(1, { running: 0, repetitions: 0 }));
    expect(await running.countBeside(tx, 2)).toEqual({ running: 0, repetitions: 0 });
  });

  it.each([
    [30, 600],
    [1, 20],
    [5000, 1000],
  ])('a count that took %i ms is good for %i ms', async (tookMs, goodMs) => {
    const attempts = new SlowToCount(tookMs, { running: 10, repetitions: 0 });
    const running = over(attempts);
    await running.countBeside(tx, 1);
    vi.advanceTimersByTime(goodMs - 1);
    await running.countBeside(tx, 1);
    expect(attempts.times).toBe(1);
    vi.advanceTimersByTime(1);
    await running.countBeside(tx, 1);
    expect(attempts.times).toBe(2);
  });
});
