import { describe, expect, it } from 'vitest';
import { chooseOldImages } from './choose-old-images.ts';

const image = (name: string, bytes: number, usedAt: number) => ({ name, bytes, usedAt });
const images = [image('b', 30, 80), image('a', 20, 90), image('c', 40, 10), image('d', 5, 50)];
const none = { maxCount: 0, maxBytes: 0, maxAgeMs: 0 };
const names = (bounds: Partial<typeof none>, minAgeMs = 0): string[] =>
  chooseOldImages(images, { ...none, ...bounds }, 100, minAgeMs).map(({ name }) => name);

describe('which derived images go', () => {
  it.each([
    ['none without a bound', none, []],
    ['those used too long ago', { maxAgeMs: 40 }, ['d', 'c']],
    ['those beyond the count', { maxCount: 1 }, ['b', 'd', 'c']],
    ['those beyond the size', { maxBytes: 55 }, ['c']],
  ])('%s', (_what, bounds, gone) => {
    expect(names(bounds)).toEqual(gone);
  });

  it('never one that was used a moment ago', () => {
    expect(names({ maxCount: 1 }, 60)).toEqual(['c']);
  });
});
