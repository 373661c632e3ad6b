import { describe, expect, it } from 'vitest';
import { LoopTurns } from './loop-turns.ts';

const work = (ms: number): void => {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
};

describe('turns of the event loop', () => {
  it('lets others in between long pieces of work, and keeps their order', async () => {
    const turns = new LoopTurns();
    const done: string[] = [];
    const pieces = ['one', 'two', 'three'].map(async (name) => {
      await turns.next();
      work(20);
      done.push(name);
      setImmediate(() => done.push(`after ${name}`));
    });
    await Promise.all(pieces);
    expect(done.filter((entry) => !entry.startsWith('after'))).toEqual(['one', 'two', 'three']);
    expect(done.indexOf('after one')).toBeGreaterThan(-1);
    expect(done.indexOf('after one')).toBeLessThan(done.indexOf('three'));
  });
});
