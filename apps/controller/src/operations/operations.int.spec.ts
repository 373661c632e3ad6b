import { callController, startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The fields of the wire that these tests look at. */
interface WireBody {
  readonly error: string;
  readonly token: string;
  readonly window_s: number;
  readonly status_counts: Readonly<Record<string, number>>;
  readonly recent_failures: readonly { readonly name: string }[];
  readonly queue: { readonly length: number; readonly oldest_age_s: number | null };
  readonly items: readonly {
    readonly kind: string;
    readonly id: string;
    readonly title: string;
    readonly state: string;
  }[];
}

describe('summary and search', () => {
  let controller: TestController;
  let viewer = '';

  beforeAll(async () => {
    controller = await startController();
    viewer = (await call('POST', '/api/tokens', controller.adminToken, { name: 'v', role: 'viewer' })).body
      .token;
    await controller.database.query(
      `INSERT INTO events (id, name, version, python_tag, platform_tag, status, at)
       SELECT 'evt_' || i, name, '1', 'cp312', 'linux_s390x', status, now() - make_interval(hours => hours)
       FROM (VALUES (1, 'numpy', 'failed', 1), (2, 'numpy', 'built', 0), (3, 'numba', 'failed', 2), (4, 'old', 'failed', 30))
         AS e (i, name, status, hours)`,
    );
    await controller.database.query(
      `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state) VALUES
         ('job_01890000-0000-7000-8000-000000000001', 'numpy', '1', 'cp312', 'linux_s390x', 1, 'succeeded'),
         ('job_01890000-0000-7000-8000-000000000002', 'num2words', '2', 'cp312', 'linux_s390x', 1, 'blocked')`,
    );
    await controller.database.query(
      `INSERT INTO workers (id, name, public_key, hostname, version)
       VALUES ('wrk_01890000-0000-7000-8000-000000000003', 'Z-Builder', 'k', 'numbers.example', '1')`,
    );
  });
  afterAll(() => controller.close());

  const call = (method: string, path: string, token = viewer, body?: unknown) =>
    callController<WireBody>(controller, method, path, token, body);
  const search = async (query: string): Promise<string[]> =>
    (await call('GET', `/api/search?q=${encodeURIComponent(query)}`)).body.items.map(
      (hit) => `${hit.kind} ${hit.title} ${hit.state}`,
    );

  it('counts the last day, shows the latest failures, and the queue', async () => {
    const { body } = await call('GET', '/api/summary');
    expect(body).toMatchObject({
      window_s: 86_400,
      status_counts: { built: 1, failed: 2 },
      queue: { length: 0, oldest_age_s: null },
    });
    expect(body.recent_failures.map((event) => event.name)).toEqual(['numpy', 'numba', 'old']);
    expect((await call('GET', '/api/summary?failure_limit=1')).body.recent_failures).toHaveLength(1);
  });

  it('finds packages and jobs by the beginning of their name, workers by name or host', async () => {
    expect(await search('NUM')).toEqual([
      'package num2words null',
      'package numba failed',
      'package numpy built',
      'job num2words 2 cp312 linux_s390x blocked',
      'job numpy 1 cp312 linux_s390x succeeded',
      'worker Z-Builder active',
    ]);
    expect(await search('z-build')).toEqual(['worker Z-Builder active']);
    expect(await search('nothing here')).toEqual([]);
  });

  it('finds anything by its id', async () => {
    expect(await search('job_01890000-0000-7000-8000-000000000001')).toEqual([
      'job numpy 1 cp312 linux_s390x succeeded',
    ]);
    expect(await search('wrk_01890000-0000-7000-8000-000000000003')).toEqual(['worker Z-Builder active']);
  });

  it.each([
    '/api/summary?failure_limit=0',
    '/api/summary?failure_limit=501',
    '/api/summary?failure_limit=many',
    '/api/summary?since=1',
    '/api/search',
    '/api/search?q=',
    '/api/search?q=%00',
    `/api/search?q=${'x'.repeat(201)}`,
    '/api/search?q=a&limit=101',
    '/api/search?q=a&limit=-1',
    '/api/search?q=a&kind=job',
    '/api/search?q=a&q=b',
  ])('refuses %s', async (path) => {
    const answer = await call('GET', path);
    expect([answer.status, answer.body.error]).toEqual([400, 'REQUEST_INVALID']);
  });

  it.each(["'; DROP TABLE jobs; --", '%', '_', '\\', '~', '\ud800', '(((', '%00', '..', '-', 'ü'])(
    'takes %j as text to look for',
    async (query) => {
      expect((await call('GET', `/api/search?q=${encodeURIComponent(query.toWellFormed())}`)).status).toBe(
        200,
      );
    },
  );
});
