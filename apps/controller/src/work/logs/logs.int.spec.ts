import { randomUUID } from 'node:crypto';
import { newId, AttemptTokenService } from '../../platform/index.ts';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogsModule, logsSection } from './index.ts';

interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the wire, as a foreign client sees it
  readonly body: any;
}
const maxBytes = 4096;
let fencings = 100;

describe('logs', () => {
  let controller: TestController;
  beforeAll(async () => {
    controller = await startController({
      features: [{ module: LogsModule, sections: [logsSection] }],
      env: { LOG_STORE_MAX_BYTES: String(maxBytes), LOG_STREAM_HEARTBEAT_S: '1', LOG_STREAM_MAX: '3' },
    });
    await controller.database.query(
      `INSERT INTO workers (id, name, public_key, hostname, version) VALUES ('wrk_1', 'w', 'k', 'h', '1')`,
    );
  });
  afterAll(() => controller.close());

  async function call(
    method: string,
    path: string,
    body?: unknown,
    token = controller.adminToken,
  ): Promise<Answer> {
    const answer = await fetch(controller.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  class TestAttempt {
    readonly fencing = (fencings += 1);
    readonly id = newId('attempt');
    readonly name: string;
    #seq = 0;
    #offset = 0;

    private constructor(name: string) {
      this.name = name;
    }

    static async start(name = `p${randomUUID().slice(0, 8)}`): Promise<TestAttempt> {
      const attempt = new TestAttempt(name);
      const job = newId('job');
      await controller.database.query(
        `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state)
         VALUES ($1, $2, '1.0', 'cp312', 'linux_s390x', 1, 'running')`,
        [job, name],
      );
      await controller.database.query(
        `INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state)
         VALUES ($1, $2, 1, 'wrk_1', $1, $3, 'running')`,
        [attempt.id, job, attempt.fencing],
      );
      return attempt;
    }

    get token(): string {
      return controller.app.get(AttemptTokenService).issue(this.id, this.fencing);
    }
    get path(): string {
      return `/api/attempts/${this.id}/log-chunks`;
    }
    send(body: Record<string, unknown>): Promise<Answer> {
      return call('POST', this.path, { fencing: this.fencing, ...body }, this.token);
    }
    async write(text: string, more: Record<string, unknown> = {}): Promise<Answer> {
      const answer = await this.send({ chunks: [{ seq: this.#seq, offset: this.#offset, text }], ...more });
      this.#seq = answer.body.next_seq ?? this.#seq;
      this.#offset = answer.body.next_offset ?? this.#offset;
      return answer;
    }
    end(state: string, secondsAgo = 0): Promise<unknown> {
      return controller.database.query(
        `UPDATE attempts SET state = $2, finished_at = now() - make_interval(secs => $3), lease_expires_at = NULL WHERE id = $1`,
        [this.id, state, secondsAgo],
      );
    }
    read(query = ''): Promise<Answer> {
      return call('GET', `/api/logs/${this.name}/1.0${query}`);
    }
    async text(): Promise<string> {
      return (await this.read()).body.content as string;
    }
    async row(): Promise<Record<string, unknown>> {
      const [row] = await controller.database.query<Record<string, unknown>>(
        'SELECT * FROM attempts WHERE id = $1',
        [this.id],
      );
      return row ?? {};
    }
  }

  it('appends in order, takes what it has as done, and names where a gap begins', async () => {
    const attempt = await TestAttempt.start();
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
    expect(await attempt.text()).toBe('first\n');
  });

  it('goes on where it stands when a chunk is sent anew with more text than before', async () => {
    const attempt = await TestAttempt.start();
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
    expect(await attempt.text()).toBe('one two three');
  });

  it('appends of many senders at once store each chunk once', async () => {
    const attempt = await TestAttempt.start();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        attempt.send({ chunks: [{ seq: 0, offset: 0, text: 'only once\n' }] }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(await attempt.text()).toBe('only once\n');
  });

  it('keeps byte offsets true for text that Postgres refuses and for secrets', async () => {
    const attempt = await TestAttempt.start();
    const text = 'a\u0000b\ud83dü https://user:pä55@index.example/simple\n';
    const answer = await attempt.write(text);
    const bytes = Buffer.byteLength(text);
    expect(answer.body.next_offset).toBe(bytes);
    const view = (await attempt.read()).body;
    expect(view.size).toBe(bytes);
    expect(view.content).toMatch(/^a\?b\ufffdü https:\/\/\*+@index\.example\/simple\n$/);
    expect(Buffer.byteLength(view.content)).toBe(bytes);
  });

  it('masks a secret that lies across the border of two calls', async () => {
    const attempt = await TestAttempt.start();
    await attempt.write('ok\nGET / Authorization: Bearer abcdef');
    await attempt.write('ghijklmnop done\n');
    await attempt.write(`token ${attempt.token}\n`);
    const text = await attempt.text();
    expect(text).not.toMatch(/abcdef|ghijk|iwa_/);
    expect(text).toMatch(/^ok\nGET \/ Authorization: Bearer \*+ done\n/);
  });

  it('ends a log at its limit with one mark and counts what it drops', async () => {
    const attempt = await TestAttempt.start();
    for (let sent = 0; sent < 3; sent += 1) expect((await attempt.write('ü'.repeat(1000))).status).toBe(200);
    const last = await attempt.write('x', { final: true, dropped_bytes: 7 });
    expect(last.body).toEqual({ next_seq: 4, next_offset: 6001, closed: true });
    const view = (await attempt.read()).body;
    expect(view.truncated).toBe(true);
    expect(view.dropped_bytes).toBe(6001 - maxBytes + 7);
    expect(view.content.match(/\[ironwheel: the log ends here/g)).toHaveLength(1);
    expect(view.content.startsWith('ü'.repeat(maxBytes / 2))).toBe(true);
  });

  it('takes the log of a lost attempt for a while, marked late, and refuses it afterwards', async () => {
    const attempt = await TestAttempt.start();
    await attempt.write('before\n');
    await attempt.end('lost', 200);
    expect((await attempt.write('after\n')).status).toBe(200);
    expect(await attempt.row()).toMatchObject({ log_late: true });
    await attempt.end('lost', 301);
    const late = await attempt.write('too late\n');
    expect([late.status, late.body.error, late.body.next_seq]).toEqual([409, 'LOG_CLOSED', 2]);
    const known = await attempt.send({ chunks: [{ seq: 1, offset: 7, text: 'after\n' }] });
    expect(known.body.closed).toBe(true);
    expect(await attempt.text()).toBe('before\nafter\n');
  });

  it('takes nothing behind the final chunk, with another fencing, or with the token of another attempt', async () => {
    const attempt = await TestAttempt.start();
    await attempt.write('all\n', { final: true });
    expect((await attempt.write('more')).body.error).toBe('LOG_CLOSED');
    const open = await TestAttempt.start();
    const wrong = await call('POST', open.path, { fencing: open.fencing + 1000, chunks: [] }, open.token);
    expect([wrong.status, wrong.body.error]).toEqual([409, 'LEASE_LOST']);
    const other = await call('POST', open.path, { fencing: open.fencing, chunks: [] }, attempt.token);
    expect(other.status).toBe(403);
    const admin = await call('POST', open.path, { fencing: open.fencing, chunks: [] });
    expect(admin.status).toBe(403);
    expect((await open.read()).body.size).toBe(0);
  });

  it('reads ranges on character borders, and the whole log as plain text', async () => {
    const attempt = await TestAttempt.start();
    await attempt.write('ab€');
    await attempt.write('de\n');
    const parts: string[] = [];
    let offset = 0;
    for (;;) {
      const view = (await attempt.read(`?offset=${offset}&limit=2`)).body;
      if (view.content === '') break;
      parts.push(view.content);
      offset = view.next_offset;
    }
    expect(parts).toEqual(['ab', '€', 'de', '\n']);
    expect((await attempt.read('?offset=3&limit=2')).body).toMatchObject({ content: 'de', offset: 5 });
    expect((await attempt.read('?offset=999')).body).toMatchObject({
      content: '',
      next_offset: 999,
      size: 8,
    });
    const plain = await fetch(`${controller.url}/api/attempts/${attempt.id}/log`, {
      headers: { authorization: `Bearer ${controller.adminToken}`, accept: 'text/plain' },
    });
    expect(plain.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await plain.text()).toBe('ab€de\n');
  });

  it('finds lines in logs, newest first, with their numbers; % and _ mean themselves', async () => {
    const first = await TestAttempt.start();
    await first.write('one\ntwo 100%_sure\n');
    const second = await TestAttempt.start();
    await second.write('a\nb\n');
    await second.write('c\nFATAL 100%_SURE here\n');
    await call('POST', '/api/logs', { name: 'plain', version: '1', content: 'x\n100 sure\n', run_id: 'r' });
    const found = (await call('GET', `/api/logs/search?q=${encodeURIComponent('100%_sure')}`)).body;
    expect(found.incomplete).toBe(false);
    expect(
      found.items.map((hit: { attempt_id: string; line_no: number }) => [hit.attempt_id, hit.line_no]),
    ).toEqual([
      [second.id, 4],
      [first.id, 2],
    ]);
    const entry = (await call('GET', '/api/logs/search?q=100%20sure')).body.items;
    expect(entry).toEqual([
      expect.objectContaining({ name: 'plain', attempt_id: null, line_no: 2, text: '100 sure' }),
    ]);
  });

  async function follow(path: string, headers: Record<string, string> = {}): Promise<SseReader> {
    const answer = await fetch(controller.url + path, {
      headers: { authorization: `Bearer ${controller.adminToken}`, ...headers },
    });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    return new SseReader(answer);
  }

  class SseReader {
    readonly #reader: ReadableStreamDefaultReader<string>;
    #rest = '';
    constructor(answer: Response) {
      this.#reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    }
    /** The next block, `null` at the end. */
    async next(): Promise<{ id?: string; event?: string; data?: string; comment?: string } | null> {
      for (;;) {
        const end = this.#rest.indexOf('\n\n');
        if (end !== -1) {
          const block = this.#rest.slice(0, end);
          this.#rest = this.#rest.slice(end + 2);
          const fields = block.split('\n').map((line) => {
            const colon = line.indexOf(':');
            return [colon === 0 ? 'comment' : line.slice(0, colon), line.slice(colon + 1).trim()];
          });
          if (fields[0]?.[0] !== 'retry') return Object.fromEntries(fields);
          continue;
        }
        const part = await this.#reader.read();
        if (part.done) return null;
        this.#rest += part.value;
      }
    }
    cancel(): Promise<void> {
      return this.#reader.cancel();
    }
  }

  it('follows a running attempt to its end, and resumes behind the last event id', async () => {
    const attempt = await TestAttempt.start();
    await attempt.write('one\n');
    const events = await follow(`/api/logs/stream/${attempt.name}/1.0`);
    const first = await events.next();
    expect([first?.id, JSON.parse(first?.data ?? '')]).toEqual([
      '4',
      { attempt_id: attempt.id, offset: 0, next_offset: 4, text: 'one\n' },
    ]);
    await attempt.write('two\n');
    let second = await events.next();
    while (second?.comment !== undefined) second = await events.next();
    expect(JSON.parse(second?.data ?? '').text).toBe('two\n');
    expect((await events.next())?.comment).toBe('heartbeat');
    await attempt.write('', { final: true });
    await attempt.end('succeeded');
    let last = await events.next();
    while (last?.comment !== undefined) last = await events.next();
    expect(last?.event).toBe('end');
    expect(JSON.parse(last?.data ?? '')).toMatchObject({ size: 8, complete: true });
    expect(await events.next()).toBeNull();
    const resumed = await follow(`/api/attempts/${attempt.id}/log?follow=true`, { 'last-event-id': '4' });
    expect(JSON.parse((await resumed.next())?.data ?? '').text).toBe('two\n');
    expect((await resumed.next())?.event).toBe('end');
  });

  it('ends the stream of a lost attempt whose log nobody closed', async () => {
    const attempt = await TestAttempt.start();
    await attempt.write('cut off');
    await attempt.end('lost');
    const events = await follow(`/api/logs/stream/${attempt.name}/1.0`);
    expect(JSON.parse((await events.next())?.data ?? '').text).toBe('cut off');
    expect(JSON.parse((await events.next())?.data ?? '')).toMatchObject({ complete: true });
  });

  it('bounds the number of streams and gives a place back when a reader leaves', async () => {
    const attempt = await TestAttempt.start();
    await attempt.write('x');
    const path = `/api/logs/stream/${attempt.name}/1.0`;
    const open = await Promise.all([follow(path), follow(path), follow(path)]);
    expect((await call('GET', path)).body.error).toBe('RATE_LIMITED');
    await open[0].cancel();
    await expect
      .poll(async () => {
        const answer = await fetch(controller.url + path, {
          headers: { authorization: `Bearer ${controller.adminToken}` },
        });
        await answer.body?.cancel();
        return answer.status;
      })
      .toBe(200);
    await Promise.all(open.map((reader) => reader.cancel()));
  });

  it('keeps logs that belong to no attempt, and serves the newer of the two kinds', async () => {
    const attempt = await TestAttempt.start('mixed-log');
    await attempt.write('of the attempt');
    await attempt.end('failed', 60);
    const posted = await call('POST', '/api/logs', {
      name: 'Mixed.Log',
      version: '1.0',
      content: 'posted \u0000 Bearer abcdefghijklmnopqrst',
    });
    expect(posted.status).toBe(201);
    expect((await attempt.read()).body).toMatchObject({
      attempt_id: null,
      content: `posted ? Bearer ${'*'.repeat(20)}`,
    });
    expect((await attempt.read(`?attempt_id=${attempt.id}`)).body.content).toBe('of the attempt');
    const events = await follow('/api/logs/stream/mixed-log/1.0');
    expect(JSON.parse((await events.next())?.data ?? '').text).toMatch(/^posted/);
    expect((await events.next())?.event).toBe('end');
  });

  it('refuses malformed chunks and writes nothing', async () => {
    const attempt = await TestAttempt.start();
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
      const answer = await call('POST', attempt.path, body, attempt.token);
      expect(answer.status, JSON.stringify(body).slice(0, 100)).toBeGreaterThanOrEqual(400);
      expect(answer.status, JSON.stringify(body).slice(0, 100)).toBeLessThan(500);
      expect(answer.body.error).toMatch(/^[A-Z_]+$/);
    }
    const plain = await fetch(controller.url + attempt.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${attempt.token}`, 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(plain.status).toBe(415);
    expect(await attempt.text()).toBe('kept');
    expect(await attempt.row()).toMatchObject({ log_next_seq: 1, log_bytes: 4 });
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
    const answer = await call('GET', path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.error).toMatch(/^[A-Z_]+$/);
  });

  it('refuses a resume header that is no offset, and malformed entries', async () => {
    const attempt = await TestAttempt.start();
    for (const id of ['abc', '-1', '1e5', '9'.repeat(30)]) {
      const answer = await fetch(`${controller.url}/api/logs/stream/${attempt.name}/1.0`, {
        headers: { authorization: `Bearer ${controller.adminToken}`, 'last-event-id': id },
      });
      expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, 'REQUEST_INVALID']);
    }
    const [before] = await controller.database.query('SELECT count(*)::int AS count FROM log_entries');
    for (const body of [
      {},
      { name: 'a' },
      { name: '..', version: '1', content: '' },
      { name: 'a', version: '1', content: 7 },
      { name: 'a', version: '1', content: 'x', run_id: '\u0000' },
      { name: 'a', version: '1', content: 'x', timestamp: 'soon' },
      { name: 'a', version: '1', content: 'x', extra: 1 },
    ]) {
      expect((await call('POST', '/api/logs', body)).body.error).toBe('REQUEST_INVALID');
    }
    const [after] = await controller.database.query('SELECT count(*)::int AS count FROM log_entries');
    expect(after).toEqual(before);
  });
});
