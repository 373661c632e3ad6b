import { describe, expect, it } from 'vitest';
import { blockBytes, BlockCutter, type LogBlock } from './cut-blocks.ts';

const cut = (pieces: readonly string[]): LogBlock[] => {
  const cutter = new BlockCutter();
  const blocks: LogBlock[] = [];
  pieces.forEach((piece, index) => blocks.push(...cutter.add(Buffer.from(piece), new Date(index))));
  blocks.push(...cutter.end());
  return blocks;
};

describe('the blocks of a log', () => {
  it('hold whole lines, and together every byte', () => {
    const lines = Array.from(
      { length: 9000 },
      (_, line) => `line ${line + 1} of the log, with a € in it\n`,
    ).join('');
    const pieces = Array.from({ length: Math.ceil(lines.length / 7001) }, (_, at) =>
      lines.slice(at * 7001, at * 7001 + 7001),
    );
    const blocks = cut(pieces);
    expect(Buffer.concat(blocks.map(({ bytes }) => bytes)).toString()).toBe(lines);
    let offset = 0;
    for (const block of blocks) {
      expect(block.byteOffset).toBe(offset);
      expect(block.bytes.toString().split('\n')[0]).toBe(
        `line ${block.firstLine} of the log, with a € in it`,
      );
      offset += block.bytes.length;
    }
    expect(blocks.length).toBe(Math.ceil(offset / (blockBytes + 20)));
    expect(blocks.at(-1)?.at).toEqual(new Date(pieces.length - 1));
  });

  it('cut a line without an end between characters', () => {
    const line = '€'.repeat(200_000);
    const blocks = cut([line]);
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.map(({ bytes }) => bytes.toString()).join('')).toBe(line);
    expect(new Set(blocks.map(({ firstLine }) => firstLine))).toEqual(new Set([1]));
  });

  it('are none for an empty log', () => {
    expect(cut([])).toEqual([]);
    expect(cut([''])).toEqual([]);
  });
});
