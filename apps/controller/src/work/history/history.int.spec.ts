import { callController, startController, type TestAnswer, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventsRepository, HistoryModule, type NewEvent } from './index.ts';

/** The fields of the wire that these tests look at. */
interface WireBody {
  readonly error: string;
  readonly token: string;
  readonly recorded: number;
  readonly next_cursor?: string;
  readonly items: readonly {
    readonly event_id: string;
    readonly name: string;
    readonly status: string;
    readonly python_tag: string;
  }[];
  readonly versions: readonly unknown[];
  readonly detail: string;
  readonly metadata: unknown;
}

const wheel = { pythonTag: 'cp312', platformTag: 'manylinux_2_28_s390x', runId: null };
const minute = (count: number): Date => new Date(Date.now() - count * 60_000);

describe('history', () => {
  let controller: TestController;
  let workerToken = '';

  beforeAll(async () => {
    controller = await startController({ features: [{ module: HistoryModule }] });
    workerToken = (await call('POST', '/api/tokens', { name: 'direct', role: 'worker' })).body.token;
    await record(
      { ...wheel, name: 'NumPy', version: '2.0.0', status: 'failed', at: minute(9), detail: 'no BLAS' },
      {
        ...wheel,
        name: 'numpy',
        version: '2.0.0',
        status: 'failed',
        at: minute(8),
        attemptId: 'att_1',
        durationS: 60,
      },
      {
        ...wheel,
        name: 'numpy',
        version: '2.0.0',
        status: 'built',
        at: minute(7),
        attemptId: 'att_2',
        durationS: 900,
      },
      { ...wheel, name: 'numpy', version: '2.0.0', pythonTag: 'cp313', status: 'failed', at: minute(6) },
      { ...wheel, name: 'zope.interface', version: '7.0', status: 'reused', at: minute(5), runId: 'run_a' },
      { ...wheel, name: 'lxml', version: '6.0', status: 'failed', at: minute(4), runId: 'run_a' },
    );
  });
  afterAll(() => controller.close());

  const call = (
    method: string,
    path: string,
    body?: unknown,
    token = controller.adminToken,
  ): Promise<TestAnswer<WireBody>> => callController(controller, method, path, token, body);
  const record = (...events: NewEvent[]): Promise<string[]> =>
    controller.app.get(EventsRepository).record(controller.database, events);
  const names = (answer: TestAnswer<WireBody>): string[] =>
    answer.body.items.map((item) => `${item.name} ${item.status}`);

  it('lists recent events newest first, and a package under every spelling of its name', async () => {
    expect(names(await call('GET', '/api/recent?limit=2'))).toEqual(['lxml failed', 'zope-interface reused']);
    expect(names(await call('GET', '/api/recent?package=Zope_Interface'))).toEqual(['zope-interface reused']);
    expect(names(await call('GET', '/api/recent?package=numpy&status=built'))).toEqual(['numpy built']);
  });

  it('pages through the history by cursor without a gap or a repetition', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await call('GET', `/api/history?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.body.items.map((item) => item.event_id));
      cursor = page.body.next_cursor ?? '';
    } while (cursor !== '');
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('filters the history by run and time', async () => {
    expect(names(await call('GET', '/api/history?run_id=run_a'))).toEqual([
      'lxml failed',
      'zope-interface reused',
    ]);
    const [from, to] = [minute(8.5).toISOString(), minute(6.5).toISOString()];
    const range = await call('GET', `/api/history?package=numpy&from=${from}&to=${to}`);
    expect(names(range)).toEqual(['numpy built', 'numpy failed']);
  });

  it('sums up a package, its versions and its variants', async () => {
    const summary = (await call('GET', '/api/package/NUMPY')).body;
    expect(summary).toMatchObject({ name: 'numpy', status_counts: { failed: 3, built: 1 } });
    expect(summary.versions).toEqual([
      expect.objectContaining({ version: '2.0.0', latest_status: 'failed' }),
    ]);
    const variants = await call('GET', '/api/variants/numpy');
    expect(variants.body.items.map((item) => [item.python_tag, item.status])).toEqual([
      ['cp313', 'failed'],
      ['cp312', 'built'],
    ]);
  });

  it('finds the last event of a version in either spelling of it', async () => {
    const event = (await call('GET', '/api/event/numpy/v2.0.0')).body;
    expect(event).toMatchObject({ version: '2.0.0', status: 'failed', python_tag: 'cp313' });
    expect((await call('GET', '/api/event/numpy/9.9')).body.error).toBe('EVENT_NOT_FOUND');
    expect((await call('GET', '/api/package/nothing')).body.error).toBe('PACKAGE_NOT_FOUND');
  });

  it('ranks failures and slow attempts', async () => {
    expect(names(await call('GET', '/api/failures?name=numpy'))).toHaveLength(3);
    const failures = (await call('GET', '/api/top-failures?limit=1')).body.items;
    expect(failures).toEqual([expect.objectContaining({ name: 'numpy', failures: 3 })]);
    const slowest = (await call('GET', '/api/top-slowest?limit=1')).body.items;
    expect(slowest).toEqual([{ name: 'numpy', version: '2.0.0', duration_s: 900, attempt_id: 'att_2' }]);
  });

  it('takes events of direct-mode workers only from workers, and survives text that Postgres refuses', async () => {
    const event = {
      name: 'Flask',
      version: '3.0',
      python_tag: 'cp312',
      platform_tag: 'linux_s390x',
      status: 'built',
      detail: 'a\u0000b\ud800c',
      metadata: { 'k\u0000': ['\u0000', { deep: '\udc00' }] },
      from_a_newer_worker: true,
    };
    const viewer = (await call('POST', '/api/tokens', { name: 'v', role: 'viewer' })).body.token;
    expect((await call('POST', '/api/events', { events: [event] }, viewer)).body.error).toBe(
      'AUTH_FORBIDDEN',
    );
    const posted = await call('POST', '/api/events', { events: [event] }, workerToken);
    expect([posted.status, posted.body.recorded]).toEqual([201, 1]);
    const kept = (await call('GET', '/api/event/flask/3.0')).body;
    expect(kept.detail).toBe('a?b\ufffdc');
    expect(kept.metadata).toEqual({ 'k?': ['?', { deep: '\ufffd' }] });
  });

  const event = { name: 'a', version: '1', python_tag: 'cp312', platform_tag: 'x_y', status: 's' };
  const hostileBodies: unknown[] = [
    {},
    [],
    'text',
    null,
    { events: [] },
    { events: {} },
    { events: [null] },
    { events: [{}] },
    { events: [{ ...event, name: '../etc' }] },
    { events: [{ ...event, name: 'a'.repeat(201) }] },
    { events: [{ ...event, version: '1; DROP TABLE events' }] },
    { events: [{ ...event, status: '' }] },
    { events: [{ ...event, status: 'x\u0000' }] },
    { events: [{ ...event, status: 7 }] },
    { events: [{ ...event, python_tag: '\u0000' }] },
    { events: [{ ...event, timestamp: 'yesterday' }] },
    { events: [{ ...event, timestamp: '2026-13-45T99:00:00Z' }] },
    { events: [{ ...event, metadata: 'text' }] },
    { events: [{ ...event, detail: 'x'.repeat(4001) }] },
    { events: [{ ...event, run_id: '\u0000' }] },
    { events: [{ ...event, matched_hint_ids: Array.from({ length: 51 }, () => 'h') }] },
    { events: Array.from({ length: 501 }, () => event) },
  ];
  it.each(hostileBodies.map((body, index) => [index, body]))(
    'refuses malformed events, body %i',
    async (_index, body) => {
      const before = await countEvents();
      const answer = await call('POST', '/api/events', body, workerToken);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.error).toMatch(/^[A-Z_]+$/);
      expect(await countEvents()).toBe(before);
    },
  );

  it.each([
    '/api/recent?limit=0',
    '/api/recent?limit=501',
    '/api/recent?limit=1e3x',
    '/api/recent?limit=-1',
    '/api/recent?offset=-1',
    '/api/recent?offset=99999999999999999999',
    '/api/recent?unknown=1',
    '/api/recent?package=%00',
    '/api/recent?package=a%20b',
    '/api/recent?status=%00',
    '/api/recent?package=a&package=b',
    '/api/recent?cursor=x',
    '/api/recent?cursor=%27%3B--',
    '/api/recent?cursor=MjAyNi0xMy00NVQwMDowMDowMC4wMDAwMDBafGV2dF8w',
    '/api/history?from=now',
    '/api/history?to=2026-01-01',
    '/api/history?run_id=%00',
    '/api/history?run_id=..%2F..%2Fetc',
    '/api/package/%00',
    '/api/package/..%2F..%2Fetc%2Fpasswd',
    '/api/package/%FF',
    '/api/package/%zz',
    `/api/package/${'a'.repeat(250)}`,
    '/api/event/numpy/%20',
    '/api/event/numpy/1%2F2',
    '/api/event/numpy/%00',
    '/api/variants/_',
    '/api/variants/numpy?limit=x',
    '/api/failures?name=%5B',
    '/api/failures?limit=[]',
    '/api/top-failures?limit=9999',
    '/api/top-slowest?offset=a',
  ])('refuses the malformed query or path %s', async (path) => {
    const answer = await call('GET', path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.error).toMatch(/^[A-Z_]+$/);
  });

  const countEvents = async (): Promise<number> => {
    const [row] = await controller.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM events',
    );
    return row?.count ?? 0;
  };
});
