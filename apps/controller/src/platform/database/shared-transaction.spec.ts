import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { describe, expect, it } from 'vitest';
import { needAlone, shareTransaction, sideBySide, together } from './shared-transaction.ts';

describe('work that shares a transaction', () => {
  const nothing: SqlExecutor = { query: () => Promise.resolve([]) };

  it('asks together for what it asks for at once, and gets its own answer', async () => {
    const asked: number[][] = [];
    const double = (tx: SqlExecutor, number: number): Promise<number> =>
      together(tx, 'double', number, (numbers) => {
        asked.push([...numbers]);
        return Promise.resolve(numbers.map((one) => one * 2));
      });
    const work = async (tx: SqlExecutor, number: number) => double(tx, await double(tx, number));
    expect(await shareTransaction(nothing, [1, 2, 3], work)).toEqual([4, 8, 12]);
    expect(asked).toEqual([
      [1, 2, 3],
      [2, 4, 6],
    ]);
    expect(await work(nothing, 5)).toBe(20);
  });

  it('fails where work has to be alone, and does not where it is', async () => {
    const work = (tx: SqlExecutor, name: string): Promise<string> => {
      if (name === 'alone') needAlone(tx);
      return Promise.resolve(name);
    };
    await expect(shareTransaction(nothing, ['any', 'alone'], work)).rejects.toThrow('of its own');
    expect(await shareTransaction(nothing, ['alone'], work)).toEqual(['alone']);
    expect(await work(nothing, 'alone')).toBe('alone');
  });

  it('fails as a whole, and only when all of it has stopped', async () => {
    let hasStopped = false;
    const work = async (_tx: SqlExecutor, fails: boolean): Promise<void> => {
      if (fails) throw new Error('refused');
      await new Promise((resolve) => setImmediate(resolve));
      hasStopped = true;
    };
    await expect(shareTransaction(nothing, [true, false], work)).rejects.toThrow('refused');
    expect(hasStopped).toBe(true);
  });

  it('asks side by side, and fails only when all that was asked has been answered', async () => {
    await expect(sideBySide(Promise.resolve(1), Promise.resolve('two'))).resolves.toEqual([1, 'two']);
    let isAnswered = false;
    const slow = new Promise<void>((resolve) =>
      setImmediate(() => {
        isAnswered = true;
        resolve();
      }),
    );
    await expect(sideBySide(Promise.reject(new Error('refused')), slow)).rejects.toThrow('refused');
    expect(isAnswered).toBe(true);
  });
});
