import { startController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchAttempt, benchOptions, LogBench } from './log-bench.ts';

describe('reading logs', () => {
  let bench: LogBench;
  beforeAll(async () => void (bench = await LogBench.open(await startController(benchOptions))));
  afterAll(() => bench.close());

  it('reads ranges on character borders, and the whole log as plain text', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('ab€');
    await attempt.write('de\n');
    const parts: string[] = [];
    let offset = 0;
    for (;;) {
      const view = await attempt.read(`?offset=${offset}&limit=2`);
      if (view.content === '') break;
      parts.push(view.content);
      offset = view.next_offset;
    }
    expect(parts).toEqual(['ab', '€', 'de', '\n']);
    expect(await attempt.read('?offset=3&limit=2')).toMatchObject({ content: 'de', offset: 5 });
    expect(await attempt.read('?offset=999')).toMatchObject({
      content: '',
      next_offset: 999,
      size: 8,
    });
    const plain = await bench.fetch(`/api/attempts/${attempt.id}/log`, { accept: 'text/plain' });
    expect(plain.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await plain.text()).toBe('ab€de\n');
  });

  it('finds lines in logs, newest first, with their numbers; % and _ mean themselves', async () => {
    const first = await bench.startAttempt();
    await first.write('one\ntwo 100%_sure\n');
    const second = await bench.startAttempt();
    await second.write('a\nb\n');
    await second.write('c\nFATAL 100%_SURE here\n');
    await bench.call('POST', '/api/logs', {
      name: 'plain',
      version: '1',
      content: 'x\n100 sure\n',
      run_id: 'r',
    });
    const found = (await bench.call('GET', `/api/logs/search?q=${encodeURIComponent('100%_sure')}`)).body;
    expect(found.incomplete).toBe(false);
    expect(found.items.map((hit) => [hit.attempt_id, hit.line_no])).toEqual([
      [second.id, 4],
      [first.id, 2],
    ]);
    const entry = (await bench.call('GET', '/api/logs/search?q=100%20sure')).body.items;
    expect(entry).toEqual([
      expect.objectContaining({ name: 'plain', attempt_id: null, line_no: 2, text: '100 sure' }),
    ]);
  });

  it.each([
    ['of a version', (attempt: BenchAttempt) => attempt.streamPath],
    ['of an attempt', (attempt: BenchAttempt) => `/api/attempts/${attempt.id}/log?follow=true`],
  ])('ends the stream %s when the token of its reader is revoked', async (_what, toPath) => {
    const attempt = await bench.startAttempt();
    await attempt.write('so far');
    const minted = await bench.call('POST', '/api/tokens', { name: 'leaver', role: 'viewer' });
    const { token, token_id: tokenId } = minted.body as unknown as Record<string, string>;
    const events = await bench.follow(toPath(attempt), { authorization: `Bearer ${token}` });
    const unharmed = await bench.follow(toPath(attempt));
    expect((await events.message()).data['text']).toBe('so far');
    await bench.fetch(`/api/tokens/${tokenId}`, {}, 'DELETE');
    let block = await events.next();
    while (block?.comment !== undefined) block = await events.next();
    expect(block).toBeNull();
    expect((await unharmed.message()).data['text']).toBe('so far');
    await unharmed.cancel();
  });

  it('follows a running attempt to its end, and resumes behind the last event id', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('one\n');
    const events = await bench.follow(attempt.streamPath);
    const first = await events.message();
    expect(first.block.id).toBe('4');
    expect(first.data).toEqual({ attempt_id: attempt.id, offset: 0, next_offset: 4, text: 'one\n' });
    await attempt.write('two\n');
    expect((await events.message()).data['text']).toBe('two\n');
    expect((await events.next())?.comment).toBe('heartbeat');
    await attempt.write('', { final: true });
    await attempt.end('succeeded');
    const last = await events.message();
    expect(last.block.event).toBe('end');
    expect(last.data).toMatchObject({ size: 8, complete: true });
    expect(await events.next()).toBeNull();

    const path = `/api/attempts/${attempt.id}/log?follow=true`;
    const resumed = await bench.follow(path, { 'last-event-id': '4' });
    expect((await resumed.message()).data['text']).toBe('two\n');
    expect((await resumed.message()).block.event).toBe('end');
  });

  it('ends the stream of a lost attempt whose log nobody closed', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('cut off');
    await attempt.end('lost');
    const events = await bench.follow(attempt.streamPath);
    expect((await events.message()).data['text']).toBe('cut off');
    expect(await events.message()).toMatchObject({ block: { event: 'end' }, data: { complete: true } });
  });

  it('bounds the number of streams and gives a place back as soon as a reader leaves', async () => {
    const attempt = await bench.startAttempt();
    await attempt.write('x');
    const open = [];
    for (let count = 0; count < 3; count += 1) open.push(await bench.follow(attempt.streamPath));
    expect((await bench.call('GET', attempt.streamPath)).body.error).toBe('RATE_LIMITED');
    for (const reader of open) await reader.cancel();
    const openAgain = async (): Promise<number> => {
      const answer = await bench.fetch(attempt.streamPath);
      await answer.body?.cancel();
      return answer.status;
    };
    await expect.poll(openAgain).toBe(200);
  });

  it('keeps logs that belong to no attempt, and serves the newer of the two kinds', async () => {
    const attempt = await bench.startAttempt('mixed-log');
    await attempt.write('of the attempt');
    await attempt.end('failed', 60);
    const posted = await bench.call('POST', '/api/logs', {
      name: 'Mixed.Log',
      version: '1.0',
      content: 'posted \u0000 Bearer abcdefghijklmnopqrst',
    });
    expect(posted.status).toBe(201);
    expect(await attempt.read()).toMatchObject({
      attempt_id: null,
      content: `posted ? Bearer ${'*'.repeat(20)}`,
    });
    expect((await attempt.read(`?attempt_id=${attempt.id}`)).content).toBe('of the attempt');
    await expect
      .poll(async () => (await bench.fetch(attempt.streamPath)).text())
      .toMatch(/posted [^]*event: end/);
  });

  it.each([
    '/api/logs/%00/1.0',
    '/api/logs/..%2F..%2Fetc/passwd',
    '/api/logs/numpy/%FF',
    '/api/logs/numpy/1.0?offset=-1',
    '/api/logs/numpy/1.0?limit=0',
    '/api/logs/numpy/1.0?limit=99999999999',
    '/api/logs/numpy/1.0?attempt_id=att_1',
    '/api/logs/numpy/1.0?attempt_id=%00',
    '/api/logs/numpy/1.0?what=1',
    '/api/logs/numpy/1.0',
    '/api/logs/search',
    '/api/logs/search?q=x',
    '/api/logs/search?q=%00%00',
    `/api/logs/search?q=${'x'.repeat(201)}`,
    '/api/logs/search?q=abc&limit=501',
    '/api/logs/search?q=abc&offset=1',
    '/api/logs/stream/numpy/1.0',
    '/api/logs/stream/numpy/1.0?offset=x',
    '/api/logs/stream/%20/1.0',
    '/api/attempts/att_1/log',
    '/api/attempts/%00/log',
    '/api/attempts/att_01890000-0000-7000-8000-000000000000/log',
    '/api/attempts/att_01890000-0000-7000-8000-000000000000/log?follow=maybe',
  ])('refuses the malformed or unknown log %s', async (path) => {
    const answer = await bench.call('GET', path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.error).toMatch(/^[A-Z_]+$/);
  });

  it('refuses a resume header that is no offset, and malformed entries', async () => {
    const attempt = await bench.startAttempt();
    for (const id of ['abc', '-1', '1e5', '9'.repeat(30)]) {
      const answer = await bench.fetch(attempt.streamPath, { 'last-event-id': id });
      expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
        400,
        'REQUEST_INVALID',
      ]);
    }
    const [before] = await bench.controller.database.query('SELECT count(*)::int AS count FROM log_entries');
    for (const body of [
      {},
      { name: 'a' },
      { name: '..', version: '1', content: '' },
      { name: 'a', version: '1', content: 7 },
      { name: 'a', version: '1', content: 'x', run_id: '\u0000' },
      { name: 'a', version: '1', content: 'x', timestamp: 'soon' },
      { name: 'a', version: '1', content: 'x', extra: 1 },
    ]) {
      expect((await bench.call('POST', '/api/logs', body)).body.error).toBe('REQUEST_INVALID');
    }
    const [after] = await bench.controller.database.query('SELECT count(*)::int AS count FROM log_entries');
    expect(after).toEqual(before);
  });
});

describe('reading logs while the controller stops', () => {
  it('ends every stream without its last message, so that readers come again', async () => {
    const bench = await LogBench.open(await startController(benchOptions));
    const attempt = await bench.startAttempt();
    await attempt.write('so far');
    const events = await bench.follow(attempt.streamPath);
    expect((await events.message()).data['text']).toBe('so far');
    const closed = bench.close();
    let block = await events.next();
    while (block?.comment !== undefined) block = await events.next();
    expect(block).toBeNull();
    await closed;
  });
});
