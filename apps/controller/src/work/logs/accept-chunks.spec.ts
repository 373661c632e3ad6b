import { describe, expect, it } from 'vitest';
import { acceptChunks, toTruncationMark, type LogPosition } from './accept-chunks.ts';

const empty: LogPosition = {
  nextSeq: 0,
  nextOffset: 0,
  storedBytes: 0,
  lineBreaks: 0,
  truncated: false,
  droppedBytes: 0,
};
const max = 1_000_000;

describe('acceptChunks', () => {
  it('cuts in no character at the limit and goes on counting behind it', () => {
    const first = acceptChunks(empty, '', [{ seq: 0, offset: 0, text: '€€' }], 4);
    expect(first.chunks.map((chunk) => chunk.text)).toEqual([`€${toTruncationMark(4)}`]);
    expect(first.position).toMatchObject({ nextOffset: 6, truncated: true, droppedBytes: 3 });
    const second = acceptChunks(first.position, '', [{ seq: 1, offset: 6, text: 'more' }], 4);
    expect(second.chunks).toEqual([]);
    expect(second.position).toMatchObject({ nextSeq: 2, nextOffset: 10, droppedBytes: 7 });
  });

  it('numbers the first line of each chunk from 1, over chunks without text', () => {
    const { chunks, position } = acceptChunks(
      empty,
      '',
      [
        { seq: 0, offset: 0, text: 'a\nb' },
        { seq: 1, offset: 3, text: '' },
        { seq: 2, offset: 3, text: 'b\nc\n' },
        { seq: 3, offset: 7, text: 'd' },
      ],
      max,
    );
    expect(chunks.map(({ seq, firstLine, byteOffset }) => [seq, firstLine, byteOffset])).toEqual([
      [0, 1, 0],
      [2, 2, 3],
      [3, 4, 7],
    ]);
    expect(position.nextSeq).toBe(4);
  });

  it('says what came before is known, what does not fit is a gap, and whether all was taken', () => {
    const at = { ...empty, nextSeq: 2, nextOffset: 10 };
    const known = acceptChunks(at, '', [{ seq: 1, offset: 4, text: '123456' }], max);
    expect([known.isGap, known.isAll]).toEqual([false, true]);
    const longer = acceptChunks(at, '', [{ seq: 1, offset: 4, text: '1234567' }], max);
    expect([longer.isGap, longer.isAll]).toEqual([false, false]);
    const gap = acceptChunks(at, '', [{ seq: 3, offset: 11, text: 'x' }], max);
    expect([gap.isGap, gap.position.nextSeq]).toEqual([true, 2]);
  });

  it('masks what began in the stored tail, in both parts', () => {
    const taken = acceptChunks(empty, 'see https://us', [{ seq: 0, offset: 0, text: 'er:pw@host/' }], max);
    expect(taken.tail).toBe('see https://**');
    expect(taken.chunks[0]?.text).toBe('*****@host/');
  });
});
