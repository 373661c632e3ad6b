import { describe, expect, it } from 'vitest';
import { Gatherer } from './gatherer.ts';

describe('calls that are gathered', () => {
  /** Serves only when told to; `batches` is what it was given. */
  const createServed = (mostAtOnce = 10, sideBySide = 1) => {
    const batches: number[][] = [];
    const releases: (() => void)[] = [];
    const gatherer = new Gatherer<number, number>(
      async (numbers) => {
        batches.push([...numbers]);
        await new Promise<void>((resolve) => releases.push(resolve));
        if (numbers.includes(13)) throw new Error('unlucky');
        return numbers.map((number) => (number < 0 ? Promise.reject(new Error('negative')) : number * 2));
      },
      { calls: mostAtOnce, batches: sideBySide },
    );
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const release = async (): Promise<void> => {
      await turn();
      releases.shift()?.();
      await turn();
    };
    return { gatherer, batches, release };
  };

  it('go together when one turn of the event loop brings them', async () => {
    const { gatherer, batches, release } = createServed();
    const answers = Promise.all([gatherer.ask(1), gatherer.ask(2)]);
    await release();
    expect(await answers).toEqual([2, 4]);
    expect(batches).toEqual([[1, 2]]);
  });

  it('form the next batch while one is served, and are served at once when none is', async () => {
    const { gatherer, batches, release } = createServed();
    const first = gatherer.ask(1);
    await new Promise((resolve) => setImmediate(resolve));
    const next = [gatherer.ask(2), gatherer.ask(3)];
    await release();
    expect(await first).toBe(2);
    await release();
    expect(await Promise.all(next)).toEqual([4, 6]);
    const last = gatherer.ask(4);
    await release();
    expect(await last).toBe(8);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  it('are served in batches of bounded size', async () => {
    const { gatherer, batches, release } = createServed(2);
    const answers = Promise.all([1, 2, 3].map((number) => gatherer.ask(number)));
    await release();
    await release();
    expect(await answers).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('begin beside others only once as many wait as are served, and behind them at once', async () => {
    const { gatherer, batches, release } = createServed(10, 2);
    const ask = (...numbers: number[]): Promise<number>[] => numbers.map((number) => gatherer.ask(number));
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const answers = ask(1, 2);
    await turn();
    answers.push(...ask(3));
    await turn();
    expect(batches).toEqual([[1, 2]]);
    answers.push(...ask(4));
    await turn();
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
    // A third one has to wait for an end, however many want it; and then for as many as are still served.
    answers.push(...ask(5));
    await release();
    expect(batches).toHaveLength(2);
    await release();
    expect(batches[2]).toEqual([5]);
    await release();
    expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10]);
  });

  it('fail alone when only their own answer failed, and together when the batch did', async () => {
    const { gatherer, release } = createServed();
    const mixed = Promise.allSettled([gatherer.ask(1), gatherer.ask(-1)]);
    await release();
    expect((await mixed).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const unlucky = Promise.allSettled([gatherer.ask(1), gatherer.ask(13)]);
    await release();
    expect((await unlucky).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const after = gatherer.ask(5);
    await release();
    expect(await after).toBe(10);
  });
});
