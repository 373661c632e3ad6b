import { describe, expect, it } from 'vitest';
import { compareTexts, toSortText } from './sort-text.ts';

/** Numbers from 0 to 1 that look random and are always the same. */
function createChance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('texts to sort by', () => {
  const chance = createChance(7);
  const next = (below: number): number => Math.floor(chance() * below);
  const write = (characters: string): string =>
    Array.from({ length: next(9) }, () => characters[next(characters.length)] ?? '').join('');
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');

  it.each([
    ['everything that can be printed', printable],
    ['names and numbers', 'aAbB0129-_. '],
    ['numbers with noughts before them', '0012'],
  ])('have the order of the collator: %s', (_what, characters) => {
    for (let turn = 0; turn < 4_000; turn += 1) {
      const [left, right] = [write(characters), write(characters)];
      const [leftText, rightText] = [toSortText(left) ?? '', toSortText(right) ?? ''];
      const order = leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
      expect(order, `${left} and ${right}`).toBe(compareTexts(left, right));
    }
  });

  it('are made of plain ASCII only', () => {
    expect(toSortText('köln')).toBeNull();
    expect(toSortText('a\u202eb')).toBeNull();
    expect(toSortText('9'.repeat(300))).toBeNull();
  });
});
