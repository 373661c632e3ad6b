import { describe, expect, it } from 'vitest';
import { PlanTurns } from './plan-turns.ts';

const open = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
};
const never = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('come in order, no more than so many at a time, also behind one that failed', async () => {
    const turns = new PlanTurns(2);
    const gates = [open(), open(), open(), open()];
    const begun: number[] = [];
    const works = gates.map((gate, index) =>
      turns.take(never, async () => {
        begun.push(index);
        await gate.promise;
        if (index === 1) throw new Error('broken');
      }),
    );
    const ends = Promise.allSettled(works);
    await settle();
    expect(begun).toEqual([0, 1]);
    gates[1]?.resolve();
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    expect((await ends).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('are given up by who leaves, at once and for the next', async () => {
    const turns = new PlanTurns(1);
    const gate = open();
    const first = turns.take(never, () => gate.promise);
    const leaving = new AbortController();
    const second = turns.take(leaving.signal, () => Promise.reject(new Error('must not begin')));
    const third = turns.take(never, () => Promise.resolve('third'));
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    gate.resolve();
    await first;
    await expect(third).resolves.toBe('third');
    await expect(turns.take(leaving.signal, () => Promise.resolve())).rejects.toThrow('gone');
  });
});
