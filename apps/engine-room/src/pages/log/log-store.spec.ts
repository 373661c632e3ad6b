import type { LogLines } from '@ironwheel/contracts';
import { describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from '../../live/read-events.ts';
import { blockLines, LogStore, type LogStoreOptions } from './log-store.ts';

/** A log of `written` lines that is settled unless `events` go on with it. */
function openStore(written: number, events: readonly ServerEvent[] = [], isOpen = false) {
  let count = written;
  const asked: (number | null)[] = [];
  const readLines = (from: number | null, limit: number): Promise<LogLines> => {
    asked.push(from);
    const first = from ?? Math.max(1, count - limit + 1);
    const lines = Array.from({ length: Math.min(limit, count - first + 1) }, (_, at) => `line ${first + at}`);
    return Promise.resolve({
      attempt_id: 'att',
      name: 'x',
      version: '1',
      from: first,
      lines,
      cut: [],
      total_lines: count,
      size: 100,
      next_offset: 100,
      open_line: isOpen,
      truncated: false,
      dropped_bytes: 0,
      settled: events.length === 0,
    });
  };
  const offsets: number[] = [];
  const options: LogStoreOptions = {
    readLines,
    // eslint-disable-next-line @typescript-eslint/require-await -- the real one waits
    follow: async function* (offset) {
      offsets.push(offset);
      yield* events;
    },
  };
  const store = new LogStore(options);
  return { store, options, asked, offsets, grow: (to: number) => (count = to) };
}

const message = (offset: number, text: string): ServerEvent => ({
  type: 'message',
  id: null,
  data: JSON.stringify({ attempt_id: 'att', offset, next_offset: offset + text.length, text }),
});
const end: ServerEvent = {
  type: 'end',
  id: null,
  data: JSON.stringify({ attempt_id: 'att', size: 130, truncated: false, dropped_bytes: 0, complete: true }),
};

describe('LogStore', () => {
  it('shows an end that is given at once, goes on from there, and reads it when it is taken up anew', async () => {
    const { options, asked, offsets } = openStore(1_000, [message(100, 'more\n'), end]);
    const tail = await options.readLines(null, blockLines, new AbortController().signal);
    asked.length = 0;
    const store = new LogStore({ ...options, tail });
    expect(store.state).toMatchObject({ phase: 'ready', totalLines: 1_000 });
    expect(store.lineAt(1_000)).toBe('line 1000');
    await store.start();
    expect({ asked, offsets, last: store.lineAt(1_001) }).toEqual({
      asked: [],
      offsets: [100],
      last: 'more',
    });
    await store.start();
    expect(asked).toEqual([null]);
  });

  it('reads the end first, and other blocks only when they are wanted, once', async () => {
    const { store, asked } = openStore(1_000_000);
    await store.start();
    expect(store.lineAt(1_000_000)).toBe('line 1000000');
    expect(store.lineAt(1)).toBeUndefined();
    store.want(499_990, 500_010);
    store.want(499_991, 500_011);
    await vi.waitFor(() => expect(store.lineAt(500_010)).toBe('line 500010'));
    expect(store.lineAt(499_990)).toBe('line 499990');
    expect(asked).toEqual([null, 499_501, 500_001]);
  });

  it('keeps a bounded number of lines, among them the end', async () => {
    const { store } = openStore(1_000_000);
    await store.start();
    for (let line = 1; line < 60_000; line += 500) {
      store.want(line, line + 499);
      await vi.waitFor(() => expect(store.lineAt(line)).toBeDefined(), { interval: 1 });
    }
    expect(store.lineAt(1)).toBeUndefined();
    expect(store.lineAt(59_501)).toBe('line 59501');
    expect(store.lineAt(1_000_000)).toBe('line 1000000');
  });

  it('writes on where the last line was open, and ends with the log', async () => {
    const { store, offsets } = openStore(
      3,
      [message(100, ' and more\nnext\nla'), message(117, 'st'), end],
      true,
    );
    await store.start();
    expect(store.state).toMatchObject({ totalLines: 5, isSettled: true, size: 130 });
    expect([3, 4, 5].map((line) => store.lineAt(line))).toEqual(['line 3 and more', 'next', 'last']);
    expect(offsets).toEqual([100]);
  });

  it('takes nothing twice that a stream tells again', async () => {
    const { store } = openStore(1, [message(100, 'a\n'), message(100, 'a\n'), message(102, 'b\n'), end]);
    await store.start();
    expect([2, 3, 4].map((line) => store.lineAt(line))).toEqual(['a', 'b', undefined]);
  });

  it('taken up anew, it forgets the line that was being written unless that is read again', async () => {
    const { store, grow } = openStore(3, [message(100, ' begins')], true);
    void store.start();
    await vi.waitFor(() => expect(store.lineAt(3)).toBe('line 3 begins'));
    grow(2_000);
    void store.start();
    await vi.waitFor(() => expect(store.state.totalLines).toBe(2_000));
    expect([1, 2, 3].map((line) => store.lineAt(line))).toEqual(['line 1', 'line 2', undefined]);
    store.stop();
  });
});
