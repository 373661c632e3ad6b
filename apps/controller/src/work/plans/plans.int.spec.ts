import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  callController,
  createSampleWheel,
  startController,
  type TestAnswer,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** The fields of the wire that these tests look at. */
interface WireBody {
  readonly error: string;
  readonly detail: string;
  readonly issues: readonly { path: string; message: string }[];
  readonly token: string;
  readonly run_id: string;
  readonly state: string;
  readonly input_ids: readonly string[];
  readonly plan: readonly { name: string; version: string; action: string }[];
  readonly to_build: readonly string[];
  readonly reuse: readonly string[];
  readonly nodes: readonly { name: string; verdict: string; source?: { origin: string } }[];
  readonly missing_requirements: readonly { code: string }[];
  readonly jobs: readonly { job_id: string; name: string; state: string }[];
  readonly items: readonly {
    run_id: string;
    input_id: string;
    kind: string;
    filename: string;
    sha256: string;
    name: string;
    status: string;
  }[];
  readonly cancelled: readonly string[];
  readonly dry_run: boolean;
  readonly created_by: string;
}

const target = { python_version: '3.12', platform_tag: 'manylinux_2_28_s390x' };

/** A wheel as its name says; of sdists nothing can be read without building them. */
const makeFile = (filename: string): Buffer => {
  const [name = '', version = '', ...tag] = filename.replace(/\.whl$/, '').split('-');
  return filename.endsWith('.whl')
    ? createSampleWheel({ name, version, tag: tag.join('-') }).bytes
    : Buffer.from('an sdist that says nothing');
};

/** A package index with fixed pages; `null` is an outage. */
class TestIndex {
  pages = new Map<string, string[]>();
  isDown = false;
  asked: string[] = [];
  #server: Server | undefined;

  async start(): Promise<string> {
    this.#server = createServer((request, reply) => {
      const name = /^\/simple\/([^/]+)\/$/.exec(request.url ?? '')?.[1] ?? '';
      this.asked.push(name);
      const filename = /^\/files\/([^/]+)$/.exec(request.url ?? '')?.[1];
      if (filename !== undefined) {
        reply.end(makeFile(filename));
        return;
      }
      const files = this.pages.get(name);
      if (this.isDown) reply.writeHead(400).end();
      else if (files === undefined) reply.writeHead(404).end();
      else {
        const links = files.map((file) => `<a href="../../files/${file}">${file}</a>`).join('');
        reply.writeHead(200, { 'content-type': 'text/html' }).end(`<html><body>${links}</body></html>`);
      }
    });
    await new Promise<void>((done) => this.#server?.listen(0, '127.0.0.1', done));
    return `http://user:s3cret@127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple/`;
  }
  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((done) => this.#server?.close(done));
  }
}

describe('plans', () => {
  let controller: TestController;
  const index = new TestIndex();
  let viewer = '';

  beforeAll(async () => {
    controller = await startController({
      env: {
        INDEX_URL: await index.start(),
        PYTHON_VERSION: '3.12',
        PLATFORM_TAG: target.platform_tag,
      },
    });
    viewer = (await call('POST', '/api/tokens', { name: 'v', role: 'viewer' })).body.token;
  });
  afterAll(async () => {
    await controller.close();
    await index.stop();
  });
  beforeEach(() => {
    index.isDown = false;
    index.asked = [];
    index.pages = new Map([
      [
        'native',
        ['native-1.0.tar.gz', 'native-1.1.tar.gz', 'native-1.1-cp312-cp312-manylinux_2_28_x86_64.whl'],
      ],
      ['pure', ['pure-2.0.tar.gz', 'pure-2.0-py3-none-any.whl']],
      ['binary-only', ['binary_only-1.0-cp312-cp312-manylinux_2_28_x86_64.whl']],
    ]);
  });

  const call = (
    method: string,
    path: string,
    body?: unknown,
    token = controller.adminToken,
  ): Promise<TestAnswer<WireBody>> => callController(controller, method, path, token, body);
  const count = async (table: 'plans' | 'jobs' | 'events'): Promise<number> => {
    const [row] = await controller.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table}`,
    );
    return row?.count ?? -1;
  };
  const compute = (body: Record<string, unknown>): Promise<TestAnswer<WireBody>> =>
    call('POST', '/api/plan/compute', { ...target, ...body });

  it.each([
    ['GET', '/api/plans?state=nothing'],
    ['GET', '/api/plans?limit=501'],
    ['GET', '/api/plans/%00'],
    ['GET', '/api/plans/..%2F..%2Fetc%2Fpasswd'],
    ['GET', `/api/plans/${'r'.repeat(101)}`],
    ['GET', '/api/plans/nobody'],
    ['GET', '/api/plans/nobody/progress'],
    ['POST', '/api/plans/nobody/enqueue'],
    ['POST', '/api/plans/%FF/enqueue'],
    ['POST', '/api/plans/nobody/cancel'],
    ['POST', '/api/plans/nobody/cancel?dry_run=7'],
  ])('refuses %s %s', async (method, path) => {
    const answer = await call(method, path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.error).toMatch(/^[A-Z_]+$/);
  });

  it('plans for the target, enqueues once, and tells what is reused and missing in the history', async () => {
    const computed = await compute({ requirements: ['native', 'pure', 'binary-only', 'nowhere'] });
    expect(computed.status, computed.body.detail).toBe(201);
    const plan = computed.body;
    expect(plan.to_build).toEqual(['native==1.1']);
    expect(plan.reuse).toEqual(['pure==2.0']);
    expect(plan.missing_requirements.map((item) => item.code)).toEqual(['no_sdist', 'not_found']);
    expect(JSON.stringify(plan)).not.toContain('s3cret');
    expect(plan.state).toBe('planned');
    expect((await call('GET', '/api/plan')).body.run_id).toBe(plan.run_id);
    expect((await call('GET', '/api/plans?state=planned')).body.items[0]?.run_id).toBe(plan.run_id);

    const answers = await Promise.all(
      Array.from({ length: 4 }, () => call('POST', `/api/plans/${plan.run_id}/enqueue`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body.jobs))).size).toBe(1);
    expect(answers[0]!.body).toMatchObject({
      state: 'enqueued',
      jobs: [{ name: 'native', state: 'queued' }],
    });
    expect((await call('GET', '/api/plans')).body.items[0]).toMatchObject({
      asked_for: ['binary-only (requirements:3)', 'native (requirements:1)', 'pure (requirements:2)'],
      asked_count: 3,
      jobs: { queued: 1 },
    });
    const progress = (await call('GET', `/api/plans/${plan.run_id}/progress`, undefined, viewer)).body;
    expect(progress).toEqual({
      run_id: plan.run_id,
      state: 'enqueued',
      enqueued_at: expect.any(String) as string,
      finished_at: null,
      jobs: answers[0]!.body.jobs,
    });
    const history = (await call('GET', `/api/history?run_id=${plan.run_id}`)).body.items;
    expect(history.map((event) => `${event.name} ${event.status}`).sort()).toEqual([
      'binary-only missing',
      'pure reused',
    ]);
  });

  it('cancels a run: told in a dry run, then done; a cancelled run is not enqueued', async () => {
    const { run_id: runId } = (await compute({ requirements: ['native==1.0'], enqueue: true })).body;
    const impact = (await call('POST', `/api/plans/${runId}/cancel?dry_run=true`)).body;
    expect([impact.dry_run, (await call('GET', `/api/plans/${runId}`)).body.state]).toEqual([
      true,
      'enqueued',
    ]);
    const done = await call('POST', `/api/plans/${runId}/cancel`, { reason: 'not wanted' });
    expect(done.body.cancelled).toHaveLength(1);
    expect((await call('GET', `/api/plans/${runId}`)).body.state).toBe('cancelled');
    expect((await call('POST', `/api/plans/${runId}/enqueue`)).body.error).toBe('RUN_CANCELLED');
  });

  it('a run with nothing to build is done as soon as it is enqueued', async () => {
    const plan = (await compute({ requirements: ['pure'], enqueue: true })).body;
    expect([plan.state, plan.jobs]).toEqual(['done', []]);
    const cancel = await call('POST', `/api/plans/${plan.run_id}/cancel`);
    expect(cancel.body.error).toBe('JOB_STATE_CONFLICT');
  });

  it('plans nothing when the index is down, and shows no credential of it', async () => {
    index.isDown = true;
    const before = await count('plans');
    const answer = await compute({ requirements: ['native'] });
    expect([answer.status, answer.body.error]).toEqual([503, 'PLAN_INDEX_UNREACHABLE']);
    expect(answer.body.detail).not.toContain('s3cret');
    expect(await count('plans')).toBe(before);
  });

  it('keeps a snapshot of another program, shows it as a plan, and replaces it until it is enqueued', async () => {
    const node = {
      name: 'Native',
      version: '1.0',
      python_tag: 'cp312',
      platform_tag: 'linux_s390x',
      action: 'build',
    };
    const snapshot = { run_id: 'their-run-7', plan: [node] };
    expect((await call('POST', '/api/plan', snapshot)).status).toBe(201);
    expect(
      (await call('POST', '/api/plan', { ...snapshot, plan: [{ ...node, version: '2.0' }] })).status,
    ).toBe(201);
    const view = (await call('GET', '/api/plans/their-run-7')).body;
    expect([view.to_build, view.nodes]).toEqual([['Native==2.0'], []]);
    const enqueued = (await call('POST', '/api/plans/their-run-7/enqueue')).body;
    expect(enqueued.jobs).toEqual([expect.objectContaining({ name: 'native', state: 'queued' })]);
    expect((await call('POST', '/api/plan', snapshot)).body.error).toBe('PLAN_EXISTS');
  });

  it('refuses to enqueue a snapshot that names no version, and queues nothing of it', async () => {
    const node = {
      name: 'native',
      version: 'latest',
      python_tag: 'cp312',
      platform_tag: 'linux_s390x',
      action: 'build',
    };
    await call('POST', '/api/plan', { run_id: 'their-run-8', plan: [{ ...node, version: '1.0' }, node] });
    const before = await count('jobs');
    const answer = await call('POST', '/api/plans/their-run-8/enqueue');
    expect([answer.status, answer.body.error]).toEqual([422, 'PLAN_UNRESOLVABLE']);
    expect(await count('jobs')).toBe(before);
    expect((await call('GET', '/api/plans/their-run-8')).body.state).toBe('planned');
  });

  const node = { name: 'a', version: '1', python_tag: 'cp312', platform_tag: 'x_y', action: 'build' };
  const hostileSnapshots: unknown[] = [
    '{',
    '[]',
    'null',
    {},
    { run_id: 'r' },
    { run_id: '', plan: [] },
    { run_id: '../x', plan: [] },
    { run_id: 'r\u0000', plan: [] },
    { run_id: 'r'.repeat(101), plan: [] },
    { run_id: 7, plan: [] },
    { run_id: 'r', plan: {} },
    { run_id: 'r', plan: [null] },
    { run_id: 'r', plan: [{ ...node, name: '../etc' }] },
    { run_id: 'r', plan: [{ ...node, name: '' }] },
    { run_id: 'r', plan: [{ ...node, version: '' }] },
    { run_id: 'r', plan: [{ ...node, version: '\u0000' }] },
    { run_id: 'r', plan: [{ ...node, python_tag: '\u0000' }] },
    { run_id: 'r', plan: [{ ...node, platform_tag: 'x'.repeat(81) }] },
    { run_id: 'r', plan: [{ ...node, action: 'explode' }] },
    { run_id: 'r', plan: [], extra: 1 },
  ];
  it.each(hostileSnapshots.map((body, at) => [at, body]))(
    'refuses malformed snapshot %i',
    async (_at, body) => {
      const before = await count('plans');
      const answer = await call('POST', '/api/plan', body);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.error).toMatch(/^[A-Z_]+$/);
      expect(await count('plans')).toBe(before);
    },
  );

  const hostileComputes: unknown[] = [
    '{',
    '[]',
    '"x"',
    { requirements: [] },
    { requirements: 'native' },
    { requirements: [''] },
    { requirements: [7] },
    { requirements: ['native', '-r /etc/passwd'] },
    { requirements: ['native\nflask'] },
    { requirements: ['native ==== 1'] },
    { requirements: ['x\u0000'] },
    { requirements: ['native==1.0', 'native==1.1'] },
    { requirements: ['x @ https://user:pw@example.org/x.whl'] },
    { requirements: ['native'], constraints: ['native[extra]<2'] },
    { requirements: ['native'], constraints: ['???'] },
    { requirements: Array.from({ length: 10_001 }, () => 'a') },
    { requirements: ['a'.repeat(2001)] },
    { input_ids: ['inp_1'] },
    { input_ids: ['inp_01890000-0000-7000-8000-000000000000'] },
    { input_ids: [null] },
    { requirements: ['native'], python_version: '2.7' },
    { requirements: ['native'], python_version: '3' },
    { requirements: ['native'], python_version: '3.1' },
    { requirements: ['native'], platform_tag: 'any' },
    { requirements: ['native'], platform_tag: 'windows' },
    { requirements: ['native'], platform_tag: 'manylinux_2_28_toaster' },
    { requirements: ['native'], strategy: 'lazy' },
    { requirements: ['native'], pool: '../x' },
    { requirements: ['native'], priority: 1e9 },
    { requirements: ['native'], rebuild: 'yes' },
    { requirements: ['native'], no_binary: ['?'] },
    { requirements: ['native'], unknown: 1 },
  ];
  it.each(hostileComputes.map((body, at) => [at, body]))(
    'refuses to plan malformed body %i',
    async (_at, body) => {
      const [plans, jobs] = [await count('plans'), await count('jobs')];
      const answer = await call('POST', '/api/plan/compute', body);
      expect(answer.status, answer.body.detail).toBeGreaterThanOrEqual(400);
      expect(answer.status, answer.body.detail).toBeLessThan(500);
      expect(answer.body.error).toMatch(/^[A-Z_]+$/);
      expect(JSON.stringify(answer.body)).not.toContain('user:pw');
      expect([await count('plans'), await count('jobs')]).toEqual([plans, jobs]);
    },
  );

  it('tells who made a plan by the name of their token', async () => {
    const { token } = (await call('POST', '/api/tokens', { name: 'ada', role: 'operator' })).body;
    const made = await call('POST', '/api/plan/compute', { ...target, requirements: ['pure'] }, token);
    expect((await call('GET', `/api/plans/${made.body.run_id}`)).body.created_by).toBe('ada');
  });

  it('lets a viewer look and change nothing', async () => {
    expect((await call('GET', '/api/plans', undefined, viewer)).status).toBe(200);
    for (const path of [
      '/api/plan/compute',
      '/api/plan',
      '/api/inputs',
      '/api/plans/x/enqueue',
      '/api/plans/x/cancel',
    ]) {
      expect((await call('POST', path, {}, viewer)).body.error).toBe('AUTH_FORBIDDEN');
    }
  });
});
