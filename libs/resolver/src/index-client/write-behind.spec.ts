import { afterEach, describe, expect, it, vi } from 'vitest';
import { WriteBehind } from './write-behind.ts';

describe('what is written behind a plan', () => {
  afterEach(() => vi.useRealTimers());

  const open = (): {
    behind: WriteBehind<string>;
    written: string[];
    add: (key: string, text?: string) => Promise<void>;
  } => {
    const behind = new WriteBehind<string>();
    const written: string[] = [];
    const add = (key: string, text = key, bytes = 1): Promise<void> =>
      behind.add(key, text, bytes, () => Promise.resolve(void written.push(text)));
    return { behind, written, add };
  };

  it('waits until nothing more is brought', async () => {
    vi.useFakeTimers();
    const { written, add } = open();
    for (const key of ['one', 'two', 'three']) {
      await add(key);
      await vi.advanceTimersByTimeAsync(800);
    }
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(1200);
    expect(written).toEqual(['one', 'two', 'three']);
  });

  it('is written in the end, however long more is brought', async () => {
    vi.useFakeTimers();
    const { written, add } = open();
    for (let at = 0; at < 120; at += 1) {
      await add(String(at));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(written).toContain('0');
  });

  it('is written at once for who would change it, in the order in which it came', async () => {
    const { behind, written, add } = open();
    await add('one', 'first');
    await add('one', 'second');
    await behind.settle('one');
    expect(written).toEqual(['first', 'second']);
    await behind.settle('unknown');
  });

  it('is found as it was brought last, until it is written', async () => {
    const { behind, written, add } = open();
    await add('one', 'first');
    await add('one', 'second');
    expect(behind.find('one')).toBe('second');
    expect(written).toEqual([]);
    await behind.flush();
    expect(behind.find('one')).toBeUndefined();
  });

  it('is written at once when all is asked for', async () => {
    const { behind, written, add } = open();
    for (let at = 0; at < 20; at += 1) await add(String(at));
    await behind.flush();
    expect(written).toHaveLength(20);
  });

  it('keeps who brings more than the bound waiting until it is written', async () => {
    const behind = new WriteBehind<string>();
    let isWritten = false;
    await behind.add('large', 'text', 65 * 1024 * 1024, async () => {
      await Promise.resolve();
      isWritten = true;
    });
    expect(isWritten).toBe(true);
  });
});
