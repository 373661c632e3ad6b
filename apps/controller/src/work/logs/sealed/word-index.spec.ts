import { describe, expect, it } from 'vitest';
import { WordIndex, WordIndexBuilder } from './word-index.ts';
import { findWantedWords } from './words.ts';

const build = (texts: readonly string[]): WordIndex => {
  const builder = new WordIndexBuilder();
  for (const text of texts) builder.add(text);
  return new WordIndex(builder.build(), builder.count);
};
const find = (index: WordIndex, needle: string): number[] =>
  index.find(findWantedWords(needle.toLowerCase()));

describe('the index of words', () => {
  const texts = [
    'gcc -O2 -c numpy/core/multiarray.c\nerror: Foo_Bar is not declared',
    'Successfully built scikit-learn 1.26.4',
    'GRÜSSE aus der foo bar Ecke\nfoobar',
  ];
  const index = build(texts);

  it.each([
    ['multiarray', [0]],
    ['tiarr', [0]],
    ['FOO_BAR', [0]],
    ['scikit-learn', [1]],
    ['1.26.4', [1]],
    ['foo bar', [2]],
    ['oob', [2]],
    ['grüsse', [2]],
    ['foo', [2, 0]],
    ['error: foo_', [0]],
    ['error: bar', []],
    ['nowhere', []],
  ])('finds where %s can stand', (needle, blocks) => {
    expect(find(index, needle)).toEqual(blocks);
  });

  it.each([': ', '/c', '"'])('leaves nothing out when the words say nothing of %s', (needle) => {
    expect(find(index, needle)).toEqual([2, 1, 0]);
  });

  it('never leaves out a block in which the text stands', () => {
    const alphabet = ['ab', 'c', '.', '_', ' ', ':', 'Ü', 'x1', '\n', '/', 'Σ', '-'];
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const write = (length: number): string =>
      Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
    const blocks = Array.from({ length: 60 }, () => write(120));
    const whole = build(blocks);
    for (let round = 0; round < 500; round += 1) {
      const source = blocks[Math.floor(random() * blocks.length)] ?? '';
      const from = Math.floor(random() * 100);
      const needle = source.slice(from, from + 2 + Math.floor(random() * 8)).toLowerCase();
      const standsIn = blocks.flatMap((text, block) => (text.toLowerCase().includes(needle) ? [block] : []));
      expect(find(whole, needle)).toEqual(expect.arrayContaining(standsIn));
    }
  });

  it('takes noise as what may hold anything, and stays smaller than it', () => {
    let seed = 3;
    const noise = Array.from({ length: 4000 }, () =>
      (seed = (seed * 48_271) % 2_147_483_647).toString(36),
    ).join(' ');
    const mixed = build(['plain words here', noise]);
    expect(find(mixed, 'absent')).toEqual([1]);
    expect(mixed.size).toBeLessThan(1000);
  });

  it('refuses bytes that are no index', () => {
    expect(() => new WordIndex(Buffer.from('abcdefgh'), 1)).toThrow();
  });
});
