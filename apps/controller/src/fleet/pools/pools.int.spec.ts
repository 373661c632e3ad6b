import { poolViewSchema } from '@ironwheel/contracts';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('pools', () => {
  let controller: TestController;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    controller = await startController();
    for (const role of ['viewer', 'operator', 'worker']) {
      tokens[role] = (await admin('POST', '/api/tokens', { name: role, role })).body.token;
    }
  });
  afterAll(() => controller.close());

  const admin = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const view = async (name: string) => poolViewSchema.parse((await admin('GET', `/api/pools/${name}`)).body);
  const sql = (text: string, ...parameters: unknown[]) => controller.database.query(text, parameters);

  it('has a default pool from the start, and takes workers into it', async () => {
    const worker = await TestWorker.enroll(controller);
    expect(await view('default')).toMatchObject({ is_default: true, max_jobs: null, workers: 1 });
    expect((await admin('GET', `/api/workers/${worker.id}`)).body['pool']).toBe('default');
  });

  it('makes a pool, shows it, and lists it with the others', async () => {
    const body = {
      name: 'z15',
      description: 'LinuxONE',
      profiles: { 'mirror.example': 'low_hit' },
      max_jobs: 4,
    };
    const made = await admin('POST', '/api/pools', body);
    expect(made.status).toBe(201);
    expect(poolViewSchema.parse(made.body)).toMatchObject({
      ...body,
      is_default: false,
      held_jobs: 0,
      queued_jobs: 0,
      servers: 0,
      workers: 0,
      revision: 1,
      archived_at: null,
    });
    const list = await callController(controller, 'GET', '/api/pools', tokens['viewer']!);
    expect(list.body.items.map((item) => item['name'])).toEqual(['default', 'z15']);
    expect(list.body.total).toBe(2);
    expect((await admin('POST', '/api/pools', body)).body.error).toBe('POOL_EXISTS');
    expect((await admin('GET', '/api/pools/nowhere')).body.error).toBe('POOL_NOT_FOUND');
  });

  it('counts servers, workers, held and queued jobs of each pool', async () => {
    await admin('POST', '/api/pools', { name: 'counted' });
    await admin('POST', '/api/servers', { name: 'counted-server', pool: 'counted' });
    const worker = await TestWorker.enroll(controller);
    await sql(`UPDATE workers SET pool = 'counted' WHERE id = $1`, worker.id);
    const target = { python_tag: 'cp311', platform_tag: 'linux_s390x' };
    for (const name of ['counted-a', 'counted-b', 'counted-c'])
      await admin('POST', '/api/queue/enqueue', { package: name, version: '1', ...target });
    await sql(`UPDATE jobs SET pool = 'counted' WHERE name LIKE 'counted-%'`);
    await sql(`UPDATE queue_items SET pool = 'counted' WHERE python_tag = 'cp311'`);
    await worker.post(`/api/workers/${worker.id}/claim-next`, {
      capabilities: { python_tags: ['cp311'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 1 },
      claim_key: 'counted-key',
    });
    const counts = { servers: 1, workers: 1, held_jobs: 1, queued_jobs: 2 };
    expect(await view('counted')).toMatchObject(counts);
    const { items } = (await admin('GET', '/api/pools')).body;
    expect(items.find((item) => item['name'] === 'counted')).toMatchObject(counts);
  });

  it('edits on top of what was read only, and overwrites nothing otherwise', async () => {
    await admin('POST', '/api/pools', { name: 'edited', description: 'first' });
    const edited = await admin('PATCH', '/api/pools/edited', { description: 'second', revision: 1 });
    expect(edited.body).toMatchObject({ description: 'second', revision: 2, profiles: {} });
    const stale = await admin('PATCH', '/api/pools/edited', {
      description: 'third',
      profiles: { 'pypi.example': 'warmup' },
      revision: 1,
    });
    expect(stale).toMatchObject({ status: 409, body: { error: 'REVISION_CONFLICT', revision: 2 } });
    expect(await view('edited')).toMatchObject({ description: 'second', revision: 2, profiles: {} });
    const both = await Promise.all(
      ['left', 'right'].map((description) =>
        admin('PATCH', '/api/pools/edited', { description, revision: 2 }),
      ),
    );
    expect(both.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
    expect((await view('edited')).revision).toBe(3);
  });

  it('has one default pool at every moment, however many are made it at once', async () => {
    const names = ['one', 'two', 'three', 'four'].map((name) => `default-${name}`);
    for (const name of names) await admin('POST', '/api/pools', { name });
    const answers = await Promise.all(
      [...names, 'default', ...names].map((name) => admin('POST', `/api/pools/${name}/set-default`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    expect(await sql('SELECT name FROM pools WHERE is_default')).toHaveLength(1);
    await admin('POST', '/api/pools/default-two/set-default', { reason: 'new hosts' });
    const worker = await TestWorker.enroll(controller);
    expect((await admin('GET', `/api/workers/${worker.id}`)).body['pool']).toBe('default-two');
    const server = await admin('POST', '/api/servers', { name: 'in-the-default' });
    expect(server.body['pool']).toBe('default-two');
    await admin('POST', '/api/queue/enqueue', {
      package: 'by-default',
      version: '1',
      python_tag: 'cp310',
      platform_tag: 'linux_s390x',
    });
    expect(await sql(`SELECT pool FROM jobs WHERE name = 'by-default'`)).toEqual([{ pool: 'default-two' }]);
    await admin('POST', '/api/pools/default/set-default');
  });

  it('archives an idle pool, keeps its name, and lets nothing new in', async () => {
    await admin('POST', '/api/pools', { name: 'idle' });
    const dry = await admin('POST', '/api/pools/idle/archive?dry_run=true', {});
    expect(dry).toMatchObject({ status: 200, body: { dry_run: true, blockers: [], archived_at: null } });
    expect((await view('idle')).archived_at).toBeNull();
    const done = await admin('POST', '/api/pools/idle/archive', { reason: 'gone' });
    expect(done.body).toMatchObject({ name: 'idle', dry_run: false, blockers: [] });
    expect((await view('idle')).archived_at).not.toBeNull();
    const archived = await admin('GET', '/api/pools?archived=true');
    expect(archived.body.items.map((item) => item['name'])).toEqual(['idle']);
    expect((await admin('POST', '/api/pools', { name: 'idle' })).body).toMatchObject({
      error: 'POOL_EXISTS',
      detail: expect.stringContaining('archived') as string,
    });
    for (const [method, path, body] of [
      ['PATCH', '/api/pools/idle', { description: 'x' }],
      ['POST', '/api/pools/idle/scale', { max_jobs: 1 }],
      ['POST', '/api/pools/idle/set-default', {}],
      ['POST', '/api/pools/idle/archive', {}],
      ['POST', '/api/servers', { name: 'into-idle', pool: 'idle' }],
      ['POST', '/api/plan/compute', { requirements: ['x'], pool: 'idle' }],
    ] as const) {
      const answer = await admin(method, path, body);
      expect(answer, path).toMatchObject({ status: 409, body: { error: 'POOL_ARCHIVED' } });
    }
    const unknown = await admin('POST', '/api/plan/compute', { requirements: ['x'], pool: 'nowhere' });
    expect(unknown).toMatchObject({ status: 404, body: { error: 'POOL_NOT_FOUND' } });
  });

  it('does not archive the default pool, nor one that is in use, and names by what', async () => {
    expect((await admin('POST', '/api/pools/default/archive', {})).body).toMatchObject({
      error: 'POOL_IN_USE',
      detail: expect.stringContaining('default') as string,
    });
    await admin('POST', '/api/pools', { name: 'used' });
    await admin('POST', '/api/servers', { name: 'user-of-it', pool: 'used' });
    const worker = await TestWorker.enroll(controller, 'worker-in-used');
    await sql(`UPDATE workers SET pool = 'used' WHERE id = $1`, worker.id);
    await admin('POST', '/api/queue/enqueue', {
      package: 'job-in-used',
      version: '1',
      python_tag: 'cp39',
      platform_tag: 'linux_s390x',
    });
    await sql(`UPDATE jobs SET pool = 'used' WHERE name = 'job-in-used'`);
    const refused = await admin('POST', '/api/pools/used/archive', {});
    expect(refused).toMatchObject({ status: 409, body: { error: 'POOL_IN_USE' } });
    for (const name of ['user-of-it', 'worker-in-used', 'job-in-used 1'])
      expect(refused.body.detail).toContain(name);
    const dry = await admin('POST', '/api/pools/used/archive?dry_run=true', {});
    expect(dry.status).toBe(200);
    expect(dry.body['blockers']).toHaveLength(3);
    expect((await view('used')).archived_at).toBeNull();
  });

  it('opens a job of before in the pool that wants it now, and retries none that nobody could take', async () => {
    await admin('POST', '/api/pools', { name: 'left' });
    const job = { package: 'moved', version: '1', python_tag: 'cp38', platform_tag: 'linux_s390x' };
    await admin('POST', '/api/queue/enqueue', job);
    const [row] = await controller.database.query<{ id: string }>(
      `UPDATE jobs SET pool = 'left' WHERE name = 'moved' RETURNING id`,
    );
    await admin('POST', `/api/jobs/${row!.id}/cancel`, {});
    expect((await admin('POST', '/api/pools/left/archive', {})).status).toBe(200);
    const retried = await admin('POST', `/api/jobs/${row!.id}/retry`, {});
    expect(retried).toMatchObject({ status: 409, body: { error: 'POOL_ARCHIVED' } });
    expect((await admin('GET', `/api/jobs/${row!.id}`)).body['state']).toBe('cancelled');
    await admin('POST', '/api/queue/enqueue', job);
    expect((await admin('GET', `/api/jobs/${row!.id}`)).body).toMatchObject({
      state: 'queued',
      pool: 'default',
    });
  });

  it('lets viewers read, operators scale, and only administrators change the rest', async () => {
    await admin('POST', '/api/pools', { name: 'guarded' });
    const statuses = async (role: string) =>
      Promise.all(
        (
          [
            ['GET', '/api/pools'],
            ['GET', '/api/pools/guarded'],
            ['POST', '/api/pools/guarded/scale', { max_jobs: 3 }],
            ['POST', '/api/pools', { name: `of-${role}` }],
            ['PATCH', '/api/pools/guarded', { description: role }],
            ['POST', '/api/pools/guarded/set-default', {}],
            ['POST', '/api/pools/guarded/archive', {}],
          ] as const
        ).map(async ([method, path, body]) =>
          callController(controller, method, path, tokens[role]!, body).then((answer) => answer.status),
        ),
      );
    expect(await statuses('viewer')).toEqual([200, 200, 403, 403, 403, 403, 403]);
    expect(await statuses('operator')).toEqual([200, 200, 200, 403, 403, 403, 403]);
    expect(await statuses('worker')).toEqual([403, 403, 403, 403, 403, 403, 403]);
    expect(await view('guarded')).toMatchObject({ description: '', max_jobs: 3, is_default: false });
  });

  it('answers hostile input with a stable code and writes nothing', async () => {
    const before = await sql('SELECT * FROM pools ORDER BY name');
    const bodies = [
      {},
      [],
      'text',
      { name: '' },
      { name: 'UPPER' },
      { name: 'a'.repeat(64) },
      { name: 'x', max_jobs: -1 },
      { name: 'x', max_jobs: 1.5 },
      { name: 'x', max_jobs: '3' },
      { name: 'x', profiles: { 'https://index.example/': 'standard' } },
      { name: 'x', profiles: { 'index.example': 'reckless' } },
      { name: 'x', description: 'nul \u0000' },
      { name: 'x', description: 'x'.repeat(501) },
      { name: 'x', owner: 'me' },
      JSON.parse('{"name":"x","__proto__":{"max_jobs":1}}') as unknown,
    ];
    const answers = [
      ...(await Promise.all(bodies.map((body) => admin('POST', '/api/pools', body)))),
      await admin('PATCH', '/api/pools/default', { revision: 0 }),
      await admin('PATCH', '/api/pools/default', { max_jobs: 2 }),
      await admin('PATCH', '/api/pools/..%2fdefault', { description: 'x' }),
      await admin('POST', '/api/pools/default/scale', {}),
      await admin('POST', '/api/pools/default/scale', { max_jobs: 1e9 }),
      await admin('POST', '/api/pools/default/archive?dry_run=maybe', {}),
      await admin('GET', '/api/pools?limit=501'),
      await admin('GET', '/api/pools?owner=me'),
    ];
    for (const [index, answer] of answers.entries()) {
      expect(answer.status, `${index} ${JSON.stringify(answer.body)}`).toBe(400);
      expect(answer.body.error).toMatch(/^REQUEST_(?:INVALID|MALFORMED)$/);
    }
    expect(await sql('SELECT * FROM pools ORDER BY name')).toEqual(before);
  });
});
