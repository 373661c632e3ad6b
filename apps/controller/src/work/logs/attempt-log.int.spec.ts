import { startController } from '@ironwheel/testing';
import type { LogHits, LogLines } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchOptions, LogBench, type BenchAttempt } from './log-bench.ts';
import { SealLogs } from './sealed/seal-logs.ts';

describe('the log of an attempt by its lines', () => {
  let bench: LogBench;
  const controller = () => bench.controller;
  beforeAll(async () => {
    bench = await LogBench.open(
      await startController({
        ...benchOptions,
        env: { ...benchOptions.env, LOG_STORE_MAX_BYTES: String(16 * 1024 * 1024), LOG_SEAL_AFTER_S: '0' },
      }),
    );
  });
  afterAll(() => bench.close());

  const read = async <Body = LogLines>(attempt: BenchAttempt, path: string): Promise<Body> => {
    const answer = await bench.fetch(`/api/attempts/${attempt.id}/log/${path}`);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Body;
  };
  /** 5,000 lines in chunks that end wherever they end. */
  const writeLong = async (): Promise<BenchAttempt> => {
    const attempt = await bench.startAttempt();
    const text = Array.from({ length: 5_000 }, (_, index) => `line ${index + 1} ü\n`).join('');
    for (let at = 0; at < text.length; at += 7_777) await attempt.write(text.slice(at, at + 7_777));
    return attempt;
  };
  const checkLong = async (attempt: BenchAttempt): Promise<void> => {
    const tail = await read(attempt, 'lines?limit=3');
    expect(tail).toMatchObject({ from: 4_998, total_lines: 5_000, open_line: false });
    expect(tail.lines).toEqual(['line 4998 ü', 'line 4999 ü', 'line 5000 ü']);
    expect(tail.next_offset).toBe(tail.size);
    for (const from of [1, 2, 777, 2_500, 4_999]) {
      const some = await read(attempt, `lines?from=${from}&limit=2`);
      expect(some.lines).toEqual([`line ${from} ü`, `line ${from + 1} ü`]);
      expect([some.from, some.total_lines]).toEqual([from, 5_000]);
    }
    const all: string[] = [];
    while (all.length < 5_000) {
      const part = await read(attempt, `lines?from=${all.length + 1}&limit=2000`);
      all.push(...part.lines);
    }
    expect(all).toEqual(Array.from({ length: 5_000 }, (_, index) => `line ${index + 1} ü`));
    expect((await read(attempt, 'lines?from=5001')).lines).toEqual([]);
    const hits = await read<LogHits>(attempt, 'search?q=LINE%20499');
    expect(hits.items.map(({ line_no }) => line_no)).toEqual([
      499, 4_990, 4_991, 4_992, 4_993, 4_994, 4_995, 4_996, 4_997, 4_998, 4_999,
    ]);
    expect(hits.incomplete).toBe(false);
    expect((await read<LogHits>(attempt, 'search?q=line&limit=2')).incomplete).toBe(true);
  };

  it('tells any lines by their numbers, whichever chunks they lie in, and the same once it is sealed', async () => {
    const attempt = await writeLong();
    await checkLong(attempt);
    await attempt.send({ chunks: [], final: true });
    await attempt.end('succeeded', 600);
    await controller().app.get(SealLogs).sealAll();
    const [sealed] = await controller().database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM log_blocks WHERE attempt_id = $1',
      [attempt.id],
    );
    expect(sealed?.count).toBeGreaterThan(0);
    await checkLong(attempt);
  });

  it('tells a line that is being written as open, and where it goes on', async () => {
    const attempt = await bench.startAttempt();
    expect(await read(attempt, 'lines')).toMatchObject({ lines: [], total_lines: 0, next_offset: 0 });
    await attempt.write('one\ntw');
    const open = await read(attempt, 'lines');
    expect(open).toMatchObject({ lines: ['one', 'tw'], total_lines: 2, open_line: true, next_offset: 6 });
    await attempt.write('o\n\n');
    const closed = await read(attempt, 'lines');
    expect(closed).toMatchObject({ lines: ['one', 'two', ''], total_lines: 3, open_line: false });
    expect(closed.settled).toBe(false);
  });

  it('cuts a line that is too long, and goes on behind it', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('before\n');
    const part = 'x'.repeat(200_000);
    for (let count = 0; count < 3; count += 1) await attempt.write(part);
    await attempt.write('\nbehind\n');
    const all = await read(attempt, 'lines?from=1');
    expect(all.lines.map((line) => line.length)).toEqual([6, 8_000, 6]);
    expect(all.cut).toEqual([{ line_no: 2, characters: 600_000 }]);
    expect((await read(attempt, 'lines?from=3')).lines).toEqual(['behind']);
  });

  it('finds the lines with which tools say what is wrong', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write(
      'checking for error.h... not found\ncc -c a.c\na.c:1:10: fatal error: ffi.h: No such file\n-- Could NOT find X\nmake: *** [a.o] Error 1\n',
    );
    const errors = await read<LogHits>(attempt, 'errors');
    expect(errors.items).toEqual([
      { line_no: 3, text: 'a.c:1:10: fatal error: ffi.h: No such file' },
      { line_no: 5, text: 'make: *** [a.o] Error 1' },
    ]);
  });

  it('gives the whole log to a browser as text and as a file, never as a page', async () => {
    const attempt = await bench.startAttempt('hostile');
    await attempt.write('<script>alert(1)</script>\n');
    const shown = await bench.fetch(`/api/attempts/${attempt.id}/log/raw`, { accept: 'text/html' });
    expect(await shown.text()).toBe('<script>alert(1)</script>\n');
    expect(shown.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    expect(shown.headers.get('content-security-policy')).toContain('sandbox');
    const kept = await bench.fetch(`/api/attempts/${attempt.id}/log/raw?download=true`);
    expect(kept.headers.get('content-disposition')).toBe(
      `attachment; filename="hostile-1.0-${attempt.id}.log"`,
    );
  });

  it('refuses what is no line, no text and no attempt', async () => {
    const attempt = await bench.startAttempt();
    for (const path of ['lines?from=0', 'lines?limit=2001', 'search?q=', 'search?q=%00', 'errors?x=1'])
      expect((await bench.fetch(`/api/attempts/${attempt.id}/log/${path}`)).status).toBe(400);
    const unknown = await bench.fetch('/api/attempts/att_01900000-0000-7000-8000-000000000000/log/lines');
    expect(unknown.status).toBe(404);
    const anonymous = await fetch(`${controller().url}/api/attempts/${attempt.id}/log/lines`);
    expect(anonymous.status).toBe(401);
  });
});
