import { createHash } from 'node:crypto';
import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  TestWorker,
  type TestAnswer,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const target = { python_version: '3.12', platform_tag: 'manylinux_2_28_s390x' };

describe('the rules of a plan', () => {
  let index: FakeIndex;
  let controller: TestController;
  beforeAll(async () => {
    index = await FakeIndex.start();
    index.add(
      'app',
      createSampleWheel({ name: 'app', version: '1.0', requiresDist: ['base<2', 'side'] }),
      createSampleWheel({ name: 'app', version: '2.0', requiresDist: ['base>=2', 'side'] }),
    );
    index.add(
      'base',
      createSampleWheel({ name: 'base', version: '1.0' }),
      createSampleWheel({ name: 'base', version: '2.0' }),
    );
    index.add('side', createSampleWheel({ name: 'side', version: '1.0', requiresDist: ['base<2'] }));
    controller = await startController({
      env: {
        INDEX_URL: index.url,
        MAX_DEPS: '4',
        PLAN_OVERRIDES_JSON: '{"Side": {"excluded": "no port yet"}}',
      },
    });
  });
  afterAll(async () => {
    await controller.close();
    await index.close();
  });

  const compute = (body: Record<string, unknown>): Promise<TestAnswer> =>
    callController(controller, 'POST', '/api/plan/compute', controller.adminToken, { ...target, ...body });
  /** `name version verdict` of each node. */
  const planned = async (body: Record<string, unknown>): Promise<string[]> => {
    const answer = await compute(body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    const nodes = answer.body['nodes'] as { name: string; version: string; verdict: string }[];
    return nodes.map((node) => `${node.name} ${node.version} ${node.verdict}`).toSorted();
  };
  const countPlans = async (): Promise<number> =>
    (await controller.database.query('SELECT 1 FROM plans')).length;

  it('come from the call and, where it says nothing, from the configuration', async () => {
    expect(await planned({ requirements: ['app==1.0'] })).toEqual([
      'app 1.0 reuse',
      'base 1.0 reuse',
      'side 1.0 missing',
    ]);
    expect(await planned({ requirements: ['app'], excludes: ['side'] })).toEqual([
      'app 2.0 reuse',
      'base 2.0 reuse',
    ]);
    expect(await planned({ requirements: ['app'], no_deps: true })).toEqual(['app 2.0 reuse']);
    expect(await planned({ requirements: ['app'], excludes: ['side'], strategy: 'lowest' })).toEqual([
      'app 1.0 reuse',
      'base 1.0 reuse',
    ]);
    expect(
      await planned({ requirements: ['app==2.0'], excludes: ['side'], overrides: ['base==1.0'] }),
    ).toEqual(['app 2.0 reuse', 'base 1.0 reuse']);
  });

  it('that contradict each other are told with the steps of the proof, and nothing is kept', async () => {
    const before = await countPlans();
    const answer = await compute({ requirements: ['app==2.0', 'base<2'] });
    expect(answer).toMatchObject({ status: 422, body: { error: 'PLAN_UNRESOLVABLE' } });
    const issues = answer.body['issues'] as { path: string; message: string }[];
    expect(JSON.stringify(issues)).toContain('base');
    expect(issues.some(({ path }) => path.includes('steps'))).toBe(true);
    expect(await countPlans()).toBe(before);
  });

  it('bound a plan: a call may ask for less than MAX_DEPS, never for more', async () => {
    expect(await compute({ requirements: ['app'], max_deps: 2 })).toMatchObject({
      status: 422,
      body: { error: 'PLAN_UNRESOLVABLE' },
    });
    const many = ['app', 'base', 'side', 'one', 'two'];
    for (const name of ['one', 'two']) index.add(name, createSampleWheel({ name }));
    expect((await compute({ requirements: many, max_deps: 20_000 })).status).toBe(422);
  });

  it('plan for a free-threaded interpreter', async () => {
    const answer = await compute({ requirements: ['base'], python_version: '3.14t' });
    expect(answer.body['target']).toMatchObject({ abi_tag: 'cp314t' });
  });

  it('leave out what is known to fail on the target, where that is asked for', async () => {
    index.add('fails', {
      filename: 'fails-1.0.tar.gz',
      bytes: Buffer.from('no sdist'),
      sha256: createHash('sha256').update('no sdist').digest('hex'),
    });
    expect(await planned({ requirements: ['fails'], no_deps: true })).toEqual(['fails 1.0 build']);
    const worker = await TestWorker.enroll(controller);
    const claim = await worker.claim('fails', '1.0', {
      python_tag: 'cp312',
      platform_tag: target.platform_tag,
    });
    await worker.report(claim, []);
    expect(await planned({ requirements: ['fails'], no_deps: true })).toEqual(['fails 1.0 build']);
    const answer = await compute({ requirements: ['fails'], no_deps: true, skip_known_failures: true });
    expect(answer.body['nodes']).toMatchObject([{ verdict: 'missing', reason: { code: 'known_failure' } }]);
    expect(
      await planned({
        requirements: ['fails'],
        no_deps: true,
        skip_known_failures: true,
        platform_tag: 'musllinux_1_2_s390x',
      }),
    ).toEqual(['fails 1.0 build']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a strategy that nobody knows', { strategy: 'random' }],
    ['overrides that are no list', { overrides: 'base==1' }],
    ['an override without end', { overrides: ['x'.repeat(2001)] }],
    ['an exclude that is no name', { excludes: ['../etc'] }],
    ['a package that is no name', { packages: { '../etc': {} } }],
    ['a package with an unknown field', { packages: { base: { sauce: {} } } }],
    ['a source that is no address', { packages: { base: { source: { url: 'not an url' } } } }],
    [
      'a source with a wrong digest',
      { packages: { base: { source: { url: 'https://x.test/a', sha256: 'z' } } } },
    ],
    ['metadata that are no lines', { packages: { base: { metadata: { requires_dist: [{}] } } } }],
    ['a missing policy that nobody knows', { missing: 'panic' }],
    ['a day that is none', { exclude_newer: 'yesterday' }],
    ['a moment of a time zone', { exclude_newer: '2026-01-01T00:00:00+02:00' }],
    ['no packages at all', { max_deps: 0 }],
    ['a fraction of a package', { max_deps: 1.5 }],
    ['flags that are words', { bootstrap: 'yes' }],
    ['an only_binary that is no name', { only_binary: [':some:'] }],
    ['a Python that cannot be', { python_version: '3.12tt' }],
    ['a field that nobody knows', { overides: [] }],
  ])('refuses %s, and writes nothing', async (_what, body) => {
    const before = await countPlans();
    const answer = await compute({ requirements: ['base'], ...body });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({
      status: 400,
      body: { error: 'REQUEST_INVALID' },
    });
    expect(await countPlans()).toBe(before);
  });

  it('refuses override lines that are no requirements, by name', async () => {
    const answer = await compute({ requirements: ['base'], overrides: ['base==1.0', '=== nothing'] });
    expect(answer.body).toMatchObject({ error: 'INPUT_INVALID', issues: [{ path: 'overrides' }] });
  });
});
