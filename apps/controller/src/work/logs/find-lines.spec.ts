import { describe, expect, it } from 'vitest';
import { findErrors, findLines, findText } from './find-lines.ts';

/** A log of so many pieces, each a line without an error and one with; counts what is read of it. */
function createLog(pieces: number) {
  const log = {
    reads: 0,
    read: (offset: number) => {
      log.reads += 1;
      const text = offset < pieces ? `make all\nerror: it broke\n` : '';
      return Promise.resolve({ text, offset, nextOffset: offset + 1 });
    },
  };
  return log;
}
const bounds = { limit: 100, deadline: Infinity, gone: new AbortController().signal };

describe('looking through a log', () => {
  it('finds lines by their numbers over all of its pieces', async () => {
    const { items, incomplete } = await findLines(createLog(3), findErrors, bounds);
    expect(items.map(({ line_no }) => line_no)).toEqual([2, 4, 6]);
    expect(incomplete).toBe(false);
    expect((await findLines(createLog(3), findText('MAKE'), { ...bounds, limit: 2 })).incomplete).toBe(true);
  });

  it('ends when nobody waits for it any more', async () => {
    const gone = new AbortController();
    const log = createLog(1_000);
    const read = log.read;
    log.read = (offset) => {
      if (offset === 3) gone.abort();
      return read(offset);
    };
    const { incomplete } = await findLines(log, findErrors, { ...bounds, gone: gone.signal });
    expect(incomplete).toBe(true);
    expect(log.reads).toBeLessThan(10);
  });
});
