import { describe, expect, it } from 'vitest';
import { compareTexts, toSortText } from './sort-text.ts';

/** A fixed row of numbers that look random. */
function* count(seed: number): Generator<number> {
  for (let state = seed; ;) yield (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
}

describe('texts to sort by', () => {
  const numbers = count(7);
  const next = (below: number): number =>
    Math.floor(((numbers.next().value as number) / 2_147_483_648) * below);
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
