import { startController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, shareTransaction } from '../../platform/index.ts';
import { benchMaxBytes, benchOptions, LogBench } from './log-bench.ts';
import { LogsRepository } from './logs.repository.ts';

describe('log chunks', () => {
  let bench: LogBench;
  beforeAll(async () => void (bench = await LogBench.open(await startController(benchOptions))));
  afterAll(() => bench.close());

  it('appends in order, takes what it has as done, and names where a gap begins', async () => {
    const attempt = await bench.startAttempt();
    expect((await attempt.write('first\n')).body).toEqual({ next_seq: 1, next_offset: 6, closed: false });
    const again = await attempt.send({ chunks: [{ seq: 0, offset: 0, text: 'first\n' }] });
    expect(again.body).toEqual({ next_seq: 1, next_offset: 6, closed: false });
    for (const chunk of [
      { seq: 2, offset: 6, text: 'x' },
      { seq: 1, offset: 7, text: 'x' },
    ]) {
      const gap = await attempt.send({ chunks: [chunk] });
      expect([gap.status, gap.body.error, gap.body.next_seq, gap.body.next_offset]).toEqual([
        409,
        'LOG_GAP',
        1,
        6,
      ]);
    }
    expect((await attempt.read()).content).toBe('first\n');
  });

  it('goes on where it stands when a chunk is sent anew with more text than before', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('one');
    const anew = await attempt.send({
      chunks: [
        { seq: 0, offset: 0, text: 'one two' },
        { seq: 1, offset: 7, text: ' three' },
      ],
      final: true,
    });
    expect(anew.body).toEqual({ next_seq: 1, next_offset: 3, closed: false });
    const rest = await attempt.send({ chunks: [{ seq: 1, offset: 3, text: ' two three' }], final: true });
    expect(rest.body.closed).toBe(true);
    expect((await attempt.read()).content).toBe('one two three');
  });

  it('passes over one whose attempt is locked when several share a transaction', async () => {
    const attempts = await Promise.all([1, 2, 3].map(() => bench.startAttempt()));
    const ids = attempts.map(({ id }) => id);
    const { app } = bench.controller;
    const database = app.get(Database, { strict: false });
    const logs = app.get(LogsRepository, { strict: false });
    const states = await database.transaction(async (holding) => {
      await holding.query('SELECT 1 FROM attempts WHERE id = $1 FOR UPDATE', [ids[0]]);
      return database.transaction((tx) =>
        shareTransaction(tx, ids, (shared, id) => logs.lockForAppend(shared, id)),
      );
    });
    expect(states.map((state) => state?.id)).toEqual([undefined, ids[1], ids[2]]);
  });

  it('appends of many senders at once store each chunk once', async () => {
    const attempt = await bench.startAttempt();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        attempt.send({ chunks: [{ seq: 0, offset: 0, text: 'only once\n' }] }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect((await attempt.read()).content).toBe('only once\n');
  });

  it('keeps byte offsets true for text that Postgres refuses and for secrets', async () => {
    const attempt = await bench.startAttempt();
    const text = 'a\u0000b\ud83dü https://user:pä55@index.example/simple\n';
    const answer = await attempt.write(text);
    const bytes = Buffer.byteLength(text);
    expect(answer.body.next_offset).toBe(bytes);
    const view = await attempt.read();
    expect(view.size).toBe(bytes);
    expect(view.content).toMatch(/^a\?b\ufffdü https:\/\/\*+@index\.example\/simple\n$/);
    expect(Buffer.byteLength(view.content)).toBe(bytes);
  });

  it('masks a secret that lies across the border of two calls', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('ok\nGET / Authorization: Bearer abcdef');
    await attempt.write('ghijklmnop done\n');
    await attempt.write(`token ${attempt.token}\n`);
    const text = (await attempt.read()).content;
    expect(text).not.toMatch(/abcdef|ghijk|iwa_/);
    expect(text).toMatch(/^ok\nGET \/ Authorization: Bearer \*+ done\n/);
  });

  it('ends a log at its limit with one mark and counts what it drops', async () => {
    const attempt = await bench.startAttempt();
    for (let sent = 0; sent < 3; sent += 1) expect((await attempt.write('ü'.repeat(1000))).status).toBe(200);
    const last = await attempt.write('x', { final: true, dropped_bytes: 7 });
    expect(last.body).toEqual({ next_seq: 4, next_offset: 6001, closed: true });
    const view = await attempt.read();
    expect(view.truncated).toBe(true);
    expect(view.dropped_bytes).toBe(6001 - benchMaxBytes + 7);
    expect(view.content.match(/\[ironwheel: the log ends here/g)).toHaveLength(1);
    expect(view.content.startsWith('ü'.repeat(benchMaxBytes / 2))).toBe(true);
  });

  it('takes the log of a lost attempt for a while, marked late, and refuses it afterwards', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('before\n');
    await attempt.end('lost', 200);
    expect((await attempt.write('after\n')).status).toBe(200);
    expect(await attempt.row()).toMatchObject({ log_late: true });
    await attempt.end('lost', 301);
    const late = await attempt.write('too late\n');
    expect([late.status, late.body.error, late.body.next_seq]).toEqual([409, 'LOG_CLOSED', 2]);
    const known = await attempt.send({ chunks: [{ seq: 1, offset: 7, text: 'after\n' }] });
    expect(known.body.closed).toBe(true);
    expect((await attempt.read()).content).toBe('before\nafter\n');
  });

  it('takes nothing behind the final chunk, with another fencing, or with the token of another attempt', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('all\n', { final: true });
    expect((await attempt.write('more')).body.error).toBe('LOG_CLOSED');
    const open = await bench.startAttempt();
    const wrong = await bench.call(
      'POST',
      open.path,
      { fencing: open.fencing + 1000, chunks: [] },
      open.token,
    );
    expect([wrong.status, wrong.body.error]).toEqual([409, 'LEASE_LOST']);
    const other = await bench.call('POST', open.path, { fencing: open.fencing, chunks: [] }, attempt.token);
    expect(other.status).toBe(403);
    const admin = await bench.call('POST', open.path, { fencing: open.fencing, chunks: [] });
    expect(admin.status).toBe(403);
    expect((await open.read()).size).toBe(0);
  });

  it('refuses malformed chunks and writes nothing', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('kept');
    const { fencing } = attempt;
    const chunk = { seq: 1, offset: 4, text: 'x' };
    const bodies: unknown[] = [
      '{',
      '[]',
      'null',
      '"text"',
      '{"__proto__": {}}',
      {},
      { fencing },
      { fencing, chunks: {} },
      { fencing, chunks: [null] },
      { fencing, chunks: [{}] },
      { fencing: 0, chunks: [chunk] },
      { fencing: -1, chunks: [chunk] },
      { fencing: 1.5, chunks: [chunk] },
      { fencing: 2 ** 60, chunks: [chunk] },
      { fencing: String(fencing), chunks: [chunk] },
      { fencing, chunks: [{ ...chunk, seq: -1 }] },
      { fencing, chunks: [{ ...chunk, seq: 0.5 }] },
      { fencing, chunks: [{ ...chunk, seq: 2 ** 40 }] },
      { fencing, chunks: [{ ...chunk, seq: 2 ** 60 }] },
      { fencing, chunks: [{ ...chunk, offset: -1 }] },
      { fencing, chunks: [{ ...chunk, offset: 5 }] },
      { fencing, chunks: [{ ...chunk, offset: 'a' }] },
      { fencing, chunks: [{ ...chunk, text: 7 }] },
      { fencing, chunks: [{ ...chunk, text: 'x'.repeat(256 * 1024 + 1) }] },
      { fencing, chunks: Array.from({ length: 65 }, () => chunk) },
      { fencing, chunks: [chunk], final: 'yes' },
      { fencing, chunks: [chunk], dropped_bytes: -1 },
      { fencing, chunks: [chunk], dropped_bytes: 2 ** 70 },
    ];
    for (const body of bodies) {
      const answer = await bench.call('POST', attempt.path, body, attempt.token);
      expect(answer.status, JSON.stringify(body).slice(0, 100)).toBeGreaterThanOrEqual(400);
      expect(answer.status, JSON.stringify(body).slice(0, 100)).toBeLessThan(500);
      expect(answer.body.error).toMatch(/^[A-Z_]+$/);
    }
    const plain = await fetch(bench.controller.url + attempt.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${attempt.token}`, 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(plain.status).toBe(415);
    expect((await attempt.read()).content).toBe('kept');
    expect(await attempt.row()).toMatchObject({ log_next_seq: 1, log_bytes: 4 });
  });
});
