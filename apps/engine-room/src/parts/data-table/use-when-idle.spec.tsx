// @vitest-environment happy-dom
import { cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useWhenIdle } from './use-when-idle.ts';

/** What waits for a moment to spare, by the handle that the browser gave. */
const waiting = new Map<number, IdleRequestCallback>();

/** A moment with so many looks at the clock before it is over. */
function spare(looks: number): void {
  const [next] = waiting;
  if (next === undefined) return;
  waiting.delete(next[0]);
  let left = looks;
  next[1]({ didTimeout: false, timeRemaining: () => (left-- > 0 ? 10 : 0) });
}

beforeEach(() => {
  let handle = 0;
  vi.stubGlobal('requestIdleCallback', (callback: IdleRequestCallback) => {
    handle += 1;
    waiting.set(handle, callback);
    return handle;
  });
  vi.stubGlobal('cancelIdleCallback', (given: number) => void waiting.delete(given));
});
afterEach(() => {
  cleanup();
  waiting.clear();
  vi.unstubAllGlobals();
});

describe('what is worked out while nobody acts', () => {
  const open = (items: readonly string[]) => {
    const done: string[] = [];
    const work = (item: string): void => void done.push(item);
    return {
      done,
      ...renderHook((given: readonly string[]) => useWhenIdle(given, work), { initialProps: items }),
    };
  };

  it('goes on in the next moment where the last was over, to the end and once', () => {
    const { done } = open(['a', 'b', 'c']);
    expect(done).toEqual([]);
    spare(2);
    expect(done).toEqual(['a', 'b']);
    spare(9);
    expect(done).toEqual(['a', 'b', 'c']);
    expect(waiting.size).toBe(0);
  });

  it('leaves what is there no more', () => {
    const { done, rerender, unmount } = open(['a', 'b']);
    spare(1);
    rerender(['c', 'd']);
    spare(1);
    expect(done).toEqual(['a', 'c']);
    unmount();
    expect(waiting.size).toBe(0);
  });

  it('is nothing where a browser does not say so', () => {
    vi.stubGlobal('requestIdleCallback', undefined);
    expect(open(['a']).done).toEqual([]);
  });
});
