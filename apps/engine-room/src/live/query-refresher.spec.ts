import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QueryRefresher } from './query-refresher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A query about jobs whose answers, the numbers of the calls, take 2 s. */
function openQuery() {
  const client = new QueryClient();
  const signals: AbortSignal[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ['jobs'],
    meta: { live: { topics: ['jobs'] } },
    queryFn: async ({ signal }) => {
      signals.push(signal);
      const number = signals.length;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      return number;
    },
  });
  const unsubscribe = observer.subscribe(() => undefined);
  return { refresher: new QueryRefresher(client), observer, signals, unsubscribe };
}

const news = { kind: 'changed', topic: 'jobs', ids: [] } as const;

describe('what the stream makes old', () => {
  it('is answered though news come faster than answers, and once more after the last of them', async () => {
    const { refresher, observer, signals, unsubscribe } = openQuery();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(observer.getCurrentResult().data).toBe(1);
    for (let at = 0; at < 10; at += 1) {
      refresher.take(news);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(observer.getCurrentResult().data).toBeGreaterThan(1);
    const asked = signals.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(observer.getCurrentResult().data).toBe(signals.length);
    expect(signals.length).toBeGreaterThan(asked);
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
    unsubscribe();
  });

  it('is asked for anew after a break, whatever is still under way', async () => {
    const { refresher, observer, signals, unsubscribe } = openQuery();
    await vi.advanceTimersByTimeAsync(2_000);
    refresher.take(news);
    await vi.advanceTimersByTimeAsync(1_000);
    refresher.take({ kind: 'everything' });
    await vi.advanceTimersByTimeAsync(2_500);
    expect([observer.getCurrentResult().data, signals[1]?.aborted]).toEqual([3, true]);
    unsubscribe();
  });

  it('is left alone once it is stopped', async () => {
    const { refresher, signals, unsubscribe } = openQuery();
    await vi.advanceTimersByTimeAsync(2_000);
    refresher.take(news);
    refresher.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(signals).toHaveLength(1);
    unsubscribe();
  });
});
