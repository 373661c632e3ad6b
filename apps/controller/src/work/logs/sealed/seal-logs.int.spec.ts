import { startController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchOptions, LogBench, type BenchAttempt } from '../log-bench.ts';
import { IndexBlocks } from './index-blocks.ts';
import { SealLogs } from './seal-logs.ts';

const options = {
  ...benchOptions,
  env: { ...benchOptions.env, LOG_STORE_MAX_BYTES: '10000000', LOG_SEAL_AFTER_S: '0' },
};

describe('sealing logs', () => {
  let bench: LogBench;
  let seal: SealLogs;
  beforeAll(async () => {
    bench = await LogBench.open(await startController(options));
    seal = bench.controller.app.get(SealLogs);
  });
  afterAll(() => bench.close());

  const count = async (table: 'log_chunks' | 'log_blocks', attempt: BenchAttempt): Promise<number> => {
    const [row] = await bench.controller.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table} WHERE attempt_id = $1`,
      [attempt.id],
    );
    return row?.count ?? -1;
  };
  const search = async (text: string, limit = 50): Promise<[string | null, number][]> => {
    const { body } = await bench.call('GET', `/api/logs/search?q=${encodeURIComponent(text)}&limit=${limit}`);
    expect(body.incomplete).toBe(false);
    return body.items.map((hit) => [hit.attempt_id, hit.line_no]);
  };
  const writeEnded = async (lines: readonly string[], secondsAgo = 60): Promise<BenchAttempt> => {
    const attempt = await bench.startAttempt();
    for (let from = 0; from < lines.length; from += 3000)
      await attempt.write(`${lines.slice(from, from + 3000).join('\n')}\n`);
    await attempt.write('', { final: true });
    await attempt.end('failed', secondsAgo);
    return attempt;
  };

  it('reads a sealed log as it was, whole and in parts, and takes nothing more for it', async () => {
    const lines = Array.from({ length: 7000 }, (_, line) => `€ line ${line + 1} ${'x'.repeat(line % 40)}`);
    const attempt = await writeEnded(lines);
    const text = `${lines.join('\n')}\n`;
    const range = async (): Promise<unknown> => attempt.read('?offset=150001&limit=9000');
    const before = await range();
    await seal.sealAll();
    expect([await count('log_chunks', attempt), await count('log_blocks', attempt)]).toEqual([0, 4]);
    expect(await range()).toEqual(before);
    const plain = await bench.fetch(`/api/attempts/${attempt.id}/log`, { accept: 'text/plain' });
    expect(await plain.text()).toBe(text);
    const events = await bench.follow(attempt.streamPath);
    let followed = '';
    for (;;) {
      const { block, data } = await events.message();
      if (block.event === 'end') break;
      followed += String(data['text']);
    }
    expect(followed).toBe(text);
    expect((await attempt.write('more')).body.error).toBe('LOG_CLOSED');
  });

  it('leaves alone what still runs, what may still come, and what ended too short ago', async () => {
    const running = await bench.startAttempt();
    await running.write('running\n');
    const open = await bench.startAttempt();
    await open.write('not closed\n');
    await open.end('lost', 100);
    await seal.sealAll();
    expect(await count('log_chunks', running)).toBe(1);
    expect(await count('log_chunks', open)).toBe(1);
    await open.end('lost', 400);
    await seal.sealAll();
    expect(await count('log_chunks', open)).toBe(0);
  });

  it('finds the same lines before sealing, after it, and by the index', async () => {
    const noise = Array.from({ length: 3000 }, (_, line) => `cc -c file_${line}.c`);
    const older = await writeEnded([...noise, 'FATAL: Undefined_Symbol in libfoo', ...noise]);
    const newer = await writeEnded(['one', 'two undefined_symbol', 'three']);
    const expected = [
      [newer.id, 2],
      [older.id, 3001],
    ];
    expect(await search('undefined_symbol')).toEqual(expected);
    await seal.sealAll();
    expect(await search('undefined_symbol')).toEqual(expected);
    await bench.controller.app.get(IndexBlocks).indexAll(1);
    expect(await search('undefined_symbol')).toEqual(expected);
    expect(await search('DEFINED_SYM')).toEqual(expected);
    expect(await search('symbol in lib')).toEqual([[older.id, 3001]]);
    expect(await search('undefined_symbol', 1)).toEqual([[newer.id, 2]]);
    expect(await search('-c file_2999.c')).toHaveLength(2);
    expect(await search(': ')).toEqual([[older.id, 3001]]);
    expect(await search('absent_symbol')).toEqual([]);
  });

  it('two at once seal each log once', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 8 }, (_, index) => writeEnded([`both ${index}`])),
    );
    const sealed = await Promise.all([seal.sealAll(), seal.sealAll()]);
    expect(sealed[0] + sealed[1]).toBe(8);
    for (const attempt of attempts) expect(await count('log_blocks', attempt)).toBe(1);
  });

  it('keeps the old form when the sealing fails', async () => {
    const attempt = await writeEnded(['kept']);
    await bench.controller.database.query('UPDATE attempts SET log_bytes = log_bytes + 1 WHERE id = $1', [
      attempt.id,
    ]);
    expect(await seal.sealAll()).toBe(0);
    expect([await count('log_chunks', attempt), await count('log_blocks', attempt)]).toEqual([1, 0]);
    await bench.controller.database.query('UPDATE attempts SET log_bytes = log_bytes - 1 WHERE id = $1', [
      attempt.id,
    ]);
    expect(await seal.sealAll()).toBe(1);
  });

  it('says so when retention took the log', async () => {
    const attempt = await writeEnded(['gone']);
    await seal.sealAll();
    await bench.controller.database.query('UPDATE sealed_logs SET removed_at = now() WHERE attempt_id = $1', [
      attempt.id,
    ]);
    expect((await bench.call('GET', `/api/attempts/${attempt.id}/log`)).body.error).toBe('LOG_REMOVED');
    expect((await bench.call('GET', `/api/logs/${attempt.name}/1.0`)).status).toBe(410);
  });
});
