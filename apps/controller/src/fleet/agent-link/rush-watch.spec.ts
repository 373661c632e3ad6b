import { describe, expect, it } from 'vitest';
import { RushWatch } from './rush-watch.ts';

const open = (watch: RushWatch, count: number): void => {
  for (let index = 0; index < count; index += 1) watch.opened();
};

describe('a rush of handshakes', () => {
  it('is over once, in the first second in which nearly nobody comes', () => {
    const watch = new RushWatch();
    open(watch, 600);
    expect(watch.isOver()).toBe(false);
    open(watch, 600);
    expect(watch.isOver()).toBe(false);
    open(watch, 3);
    expect(watch.isOver()).toBe(true);
    expect(watch.isOver()).toBe(false);
  });

  it('is none of a few agents that come one by one', () => {
    const watch = new RushWatch();
    for (let second = 0; second < 90; second += 1) {
      open(watch, 5);
      expect(watch.isOver()).toBe(false);
    }
  });
});
