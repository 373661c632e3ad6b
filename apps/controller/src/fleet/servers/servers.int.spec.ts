import { randomUUID } from 'node:crypto';
import { archivedServerSchema, serverViewSchema } from '@ironwheel/contracts';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Database, EventBus } from '../../platform/index.ts';
import { Heartbeats } from '../workers/index.ts';

const beat = {
  version: '0.1.0',
  capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 2 },
  slots: { total: 2, used: 0 },
  attempts: [],
  health: { ok: true, problems: [] },
  draining: false,
  spool: { bytes: 0, dropped_bytes: 0 },
};
const load = {
  load1: 0.5,
  cpus: 4,
  memory_used_bytes: 1,
  memory_total_bytes: 2,
  disk_free_bytes: 3,
  disk_total_bytes: 4,
};

describe('servers', () => {
  let controller: TestController;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    controller = await startController();
    for (const role of ['viewer', 'operator', 'worker']) {
      tokens[role] = (await admin('POST', '/api/tokens', { name: role, role })).body.token;
    }
    for (const name of ['left', 'right']) await admin('POST', '/api/pools', { name });
  });
  afterAll(() => controller.close());

  const admin = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const sql = (text: string, ...parameters: unknown[]) =>
    controller.database.query<Record<string, unknown>>(text, parameters);
  const add = async (name: string, more: Record<string, unknown> = {}) => {
    const answer = await admin('POST', '/api/servers', { name, ...more });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return serverViewSchema.parse(answer.body);
  };
  const view = async (id: string) => serverViewSchema.parse((await admin('GET', `/api/servers/${id}`)).body);
  const list = async (query: string) => {
    const { body } = await admin('GET', `/api/servers?${query}`);
    return { names: body.items.map((item) => String(item['name'])), total: body.total };
  };
  const codes = async (id: string) => (await view(id)).problems.map((problem) => problem.code);

  /** What an enrolment leaves: an agent whose link stands, and a worker that is matched by its key. */
  const provision = async (serverId: string, processState = 'running') => {
    const agentId = `agt_${randomUUID()}`;
    await sql(
      `INSERT INTO agents (id, server_id, public_key, machine_id, hostname, version, remote_addr, last_seen_at, state, load)
       VALUES ($1, $2, $1, 'machine', 'host.example', '0.1.0', '192.0.2.7', now(), $3::jsonb, $4::jsonb)`,
      agentId,
      serverId,
      JSON.stringify({ process_state: processState, units: [] }),
      JSON.stringify(load),
    );
    await sql(
      `INSERT INTO agent_links (agent_id, controller_id, epoch, remote_addr) VALUES ($1, 'here', 1, '192.0.2.7')`,
      agentId,
    );
    const worker = await TestWorker.enroll(controller);
    await sql(
      `UPDATE workers SET server_id = $2, pool = (SELECT pool FROM servers WHERE id = $2) WHERE id = $1`,
      worker.id,
      serverId,
    );
    return { agentId, worker };
  };

  it('makes a server in the default pool or in the one that is named, and shows it as not enrolled', async () => {
    const made = await add('plain');
    expect(made).toMatchObject({
      pool: 'default',
      link_state: 'never',
      process_state: 'unknown',
      heartbeat_state: 'none',
      runtime_match: 'unmatched',
      matched_by: null,
      worker_id: null,
      agent: null,
      load: null,
      revision: 1,
      problems: [{ code: 'not_enrolled' }],
    });
    const labels = { arch: 's390x', z_generation: 'z15', memory: '64 GiB' };
    const more = { pool: 'left', labels, address: '2001:db8::7', description: 'in the cellar' };
    expect(await add('labelled', more)).toMatchObject(more);
    expect((await admin('GET', '/api/pools/left')).body['servers']).toBe(1);
  });

  it('gives a name once, also when two want it at the same time, and never again after an archive', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => admin('POST', '/api/servers', { name: 'wanted' })),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body.error).toBe('SERVER_EXISTS');
    const gone = await add('gone');
    await admin('DELETE', `/api/servers/${gone.server_id}`);
    expect((await admin('POST', '/api/servers', { name: 'gone' })).body).toMatchObject({
      error: 'SERVER_EXISTS',
      detail: expect.stringContaining('archived') as string,
    });
    expect((await admin('POST', '/api/servers', { name: 'x', pool: 'nowhere' })).body.error).toBe(
      'POOL_NOT_FOUND',
    );
  });

  it('shows agent, link, process, heartbeat and match as separate facts', async () => {
    const { server_id: id } = await add('whole');
    const { agentId, worker } = await provision(id);
    await worker.post('/api/workers/heartbeat', beat);
    expect(await view(id)).toMatchObject({
      link_state: 'connected',
      process_state: 'running',
      heartbeat_state: 'healthy',
      runtime_match: 'matched',
      matched_by: 'key',
      worker_id: worker.id,
      agent: { agent_id: agentId, hostname: 'host.example', remote_addr: '192.0.2.7' },
      load,
      problems: [],
    });
    await sql(`UPDATE workers SET last_heartbeat_at = now() - interval '1 hour' WHERE id = $1`, worker.id);
    await controller.app.get(Heartbeats, { strict: false }).flush();
    await sql(`UPDATE workers SET last_heartbeat_at = now() - interval '1 hour' WHERE id = $1`, worker.id);
    expect(await view(id)).toMatchObject({ runtime_match: 'matched', heartbeat_state: 'stale' });
    expect(await codes(id)).toEqual(['heartbeat_stale']);
    await sql(`UPDATE agents SET state = '{"process_state": "stopped", "units": []}' WHERE id = $1`, agentId);
    expect(await codes(id)).toEqual(['process_stopped', 'heartbeat_stale']);
    await sql('DELETE FROM agent_links WHERE agent_id = $1', agentId);
    expect(await view(id)).toMatchObject({ link_state: 'lost', process_state: 'unknown' });
    expect(await codes(id)).toEqual(['link_lost', 'heartbeat_stale']);
  });

  it('tells in words what needs a person', async () => {
    const { server_id: id } = await add('troubled');
    const { agentId, worker } = await provision(id);
    expect(await codes(id)).toEqual(['heartbeat_none']);
    const problems = [{ code: 'disk_full', text: 'The disk is full.' }];
    await worker.post('/api/workers/heartbeat', { ...beat, health: { ok: false, problems } });
    await sql(
      `UPDATE workers SET quarantined_at = now(), quarantine_kind = 'manual', quarantine_reason = 'odd wheels' WHERE id = $1`,
      worker.id,
    );
    await sql('UPDATE agents SET cloned_at = now() WHERE id = $1', agentId);
    expect(await codes(id)).toEqual(['agent_cloned', 'worker_quarantined', 'disk_full']);
    expect((await view(id)).problems[1]?.text).toContain('odd wheels');
    await sql('UPDATE workers SET revoked_at = now() WHERE id = $1', worker.id);
    await sql(`UPDATE agents SET revoked_at = now(), state = '"nonsense"' WHERE id = $1`, agentId);
    expect(await view(id)).toMatchObject({ link_state: 'never', runtime_match: 'unmatched', agent: null });
    expect(await codes(id)).toEqual(['agent_missing', 'unmatched']);
  });

  it('filters by what a server is like, by pool and by text, and pages with a total', async () => {
    await admin('POST', '/api/pools', { name: 'filters' });
    const ids: Record<string, string> = {};
    for (const name of ['f-idle', 'f-up', 'f-stopped', 'f-lost', 'f-quarantined'])
      ids[name] = (await add(name, { pool: 'filters', description: '100% sure' })).server_id;
    for (const name of ['f-up', 'f-lost', 'f-quarantined']) {
      const { agentId, worker } = await provision(ids[name]!);
      await worker.post('/api/workers/heartbeat', beat);
      if (name === 'f-lost') await sql('DELETE FROM agent_links WHERE agent_id = $1', agentId);
      if (name === 'f-quarantined')
        await sql(
          `UPDATE workers SET quarantined_at = now(), quarantine_kind = 'automatic' WHERE id = $1`,
          worker.id,
        );
    }
    const stopped = await provision(ids['f-stopped']!, 'stopped');
    await stopped.worker.post('/api/workers/heartbeat', beat);
    const of = async (filter: string) => (await list(`pool=filters&filter=${filter}`)).names;
    expect(await of('all')).toEqual(['f-idle', 'f-lost', 'f-quarantined', 'f-stopped', 'f-up']);
    expect(await of('operational')).toEqual(['f-quarantined', 'f-up']);
    expect(await of('needs_attention')).toEqual(['f-lost', 'f-quarantined', 'f-stopped']);
    expect(await of('matched')).toEqual(['f-lost', 'f-quarantined', 'f-stopped', 'f-up']);
    expect(await of('unmatched')).toEqual(['f-idle']);
    expect(await list('pool=filters&limit=2&offset=2')).toEqual({
      names: ['f-quarantined', 'f-stopped'],
      total: 5,
    });
    expect(await list('pool=filters&limit=2&offset=10')).toEqual({ names: [], total: 5 });
    expect((await list('pool=filters&q=F-ST')).names).toEqual(['f-stopped']);
    expect((await list('pool=filters&q=0%25%20s')).total).toBe(5);
    expect((await list('pool=filters&q=f_up')).names).toEqual([]);
    expect((await list('pool=filters&q=host.example&filter=operational')).total).toBe(2);
  });

  it('shows first what is named as was searched for', async () => {
    for (const name of ['exact-1', 'exact', 'an-exact']) await add(name);
    expect((await list('q=exact&limit=1')).names).toEqual(['exact']);
  });

  it('edits on top of what was read only, and overwrites nothing otherwise', async () => {
    const { server_id: id } = await add('before', { labels: { arch: 's390x' } });
    const path = `/api/servers/${id}`;
    const edited = await admin('PATCH', path, { name: 'after', revision: 1, reason: 'renamed' });
    expect(edited.body).toMatchObject({ name: 'after', revision: 2, labels: { arch: 's390x' } });
    const stale = await admin('PATCH', path, { name: 'other', labels: {}, revision: 1 });
    expect(stale).toMatchObject({ status: 409, body: { error: 'REVISION_CONFLICT', revision: 2 } });
    expect(await view(id)).toMatchObject({ name: 'after', revision: 2, labels: { arch: 's390x' } });
    await add('occupied');
    expect((await admin('PATCH', path, { name: 'occupied' })).body.error).toBe('SERVER_EXISTS');
    expect((await admin('PATCH', path, { name: 'after', description: 'same name' })).status).toBe(200);
    expect((await admin('PATCH', path, { pool: 'nowhere' })).body.error).toBe('POOL_NOT_FOUND');
    expect(await view(id)).toMatchObject({ name: 'after', pool: 'default', revision: 3 });
  });

  it('takes its workers along into another pool', async () => {
    const { server_id: id } = await add('mover', { pool: 'left' });
    const { worker } = await provision(id);
    await admin('PATCH', `/api/servers/${id}`, { pool: 'right' });
    expect((await admin('GET', `/api/workers/${worker.id}`)).body['pool']).toBe('right');
    expect((await admin('GET', '/api/pools/right')).body).toMatchObject({ servers: 1, workers: 1 });
  });

  it('archives with everything that is the server’s, and tells before what that would be', async () => {
    const target = { python_tag: 'cp313', platform_tag: 'linux_s390x' };
    const { server_id: id } = await add('retired');
    const { agentId, worker } = await provision(id);
    const claim = await worker.claim('held-by-retired', '1.0', target);
    await sql(
      `INSERT INTO provisioning_bundles (id, server_id, pool, token_hash, created_by, expires_at)
       VALUES ('bnd_open', $1, 'default', '\\x01', 'test', now() + interval '10 minutes'),
              ('bnd_over', $1, 'default', '\\x02', 'test', now() - interval '10 minutes')`,
      id,
    );
    const archived: unknown[] = [];
    const off = controller.app
      .get(EventBus, { strict: false })
      .on('server.archived', (payload) => void archived.push(payload));
    const ends = {
      agents: [agentId],
      workers: [worker.id],
      bundles: ['bnd_open'],
      attempts: [{ attempt_id: claim.attempt_id, text: 'held-by-retired 1.0' }],
    };
    const dry = await admin('DELETE', `/api/servers/${id}?dry_run=true`);
    expect(archivedServerSchema.parse(dry.body)).toMatchObject({ dry_run: true, archived_at: null, ends });
    expect(await view(id)).toMatchObject({ link_state: 'connected', worker_id: worker.id, revision: 1 });
    expect((await sql(`SELECT revoked_at FROM provisioning_bundles WHERE id = 'bnd_open'`))[0]).toEqual({
      revoked_at: null,
    });

    const done = await admin('DELETE', `/api/servers/${id}`);
    expect(archivedServerSchema.parse(done.body)).toMatchObject({ dry_run: false, agent: null, ends });
    expect(await view(id)).toMatchObject({ name: 'retired', problems: [], worker_id: null });
    await expect.poll(() => archived).toEqual([{ serverId: id }]);
    off();
    expect(await sql(`SELECT id FROM provisioning_bundles WHERE revoked_at IS NOT NULL`)).toEqual([
      { id: 'bnd_open' },
    ]);
    expect((await worker.post('/api/workers/heartbeat', beat)).body.error).toBe('WORKER_REVOKED');
    expect((await admin('GET', `/api/jobs/${claim.job.job_id}`)).body).toMatchObject({ state: 'queued' });

    expect((await list('q=retired')).names).toEqual([]);
    expect((await list('q=retired&archived=true')).names).toEqual(['retired']);
    for (const answer of [
      await admin('DELETE', `/api/servers/${id}`),
      await admin('PATCH', `/api/servers/${id}`, { description: 'x' }),
    ])
      expect(answer).toMatchObject({ status: 409, body: { error: 'SERVER_ARCHIVED' } });
  });

  it('lets viewers and operators read, and only administrators change', async () => {
    const { server_id: id } = await add('guarded');
    const statuses = async (role: string) =>
      Promise.all(
        (
          [
            ['GET', '/api/servers'],
            ['GET', `/api/servers/${id}`],
            ['POST', '/api/servers', { name: `of-${role}` }],
            ['PATCH', `/api/servers/${id}`, { description: role }],
            ['DELETE', `/api/servers/${id}`],
          ] as const
        ).map(async ([method, path, body]) =>
          callController(controller, method, path, tokens[role]!, body).then((answer) => answer.status),
        ),
      );
    expect(await statuses('viewer')).toEqual([200, 200, 403, 403, 403]);
    expect(await statuses('operator')).toEqual([200, 200, 403, 403, 403]);
    expect(await statuses('worker')).toEqual([403, 403, 403, 403, 403]);
    expect(await view(id)).toMatchObject({ description: '', archived_at: null });
  });

  it('answers hostile input with a stable code and writes nothing', async () => {
    const { server_id: id } = await add('target');
    const before = await sql('SELECT * FROM servers ORDER BY id');
    const name = 'hostile';
    const bodies = [
      {},
      [],
      { name: '' },
      { name: '-dash' },
      { name: 'a b' },
      { name: 'x'.repeat(64) },
      { name: "'; DROP TABLE servers; --" },
      { name, pool: 'UPPER' },
      { name, address: 'host name' },
      { name, address: '$(reboot)' },
      { name, labels: { UPPER: 'x' } },
      { name, labels: { arch: '' } },
      { name, labels: { arch: 1 } },
      { name, labels: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`l${at}`, 'x'])) },
      { name, description: 'half a pair \ud800' },
      { name, server_id: id },
    ];
    const answers = [
      ...(await Promise.all(bodies.map((body) => admin('POST', '/api/servers', body)))),
      await admin('PATCH', `/api/servers/${id}`, { revision: '1' }),
      await admin('PATCH', `/api/servers/${id}`, { generation: 9 }),
      await admin('GET', '/api/servers/target'),
      await admin('GET', '/api/servers/srv_1'),
      await admin('DELETE', `/api/servers/${id}?dry_run=perhaps`),
      await admin('GET', '/api/servers?filter=broken'),
      await admin('GET', '/api/servers?limit=0'),
      await admin('GET', `/api/servers?q=${'x'.repeat(101)}`),
      await admin('GET', '/api/servers?q=%00'),
    ];
    for (const [index, answer] of answers.entries()) {
      expect(answer.status, `${index} ${JSON.stringify(answer.body)}`).toBe(400);
      expect(answer.body.error).toMatch(/^REQUEST_(?:INVALID|MALFORMED)$/);
    }
    const unknown = 'srv_01890000-0000-7000-8000-000000000000';
    expect((await admin('GET', `/api/servers/${unknown}`)).body.error).toBe('SERVER_NOT_FOUND');
    expect((await admin('PATCH', `/api/servers/${unknown}`, {})).body.error).toBe('SERVER_NOT_FOUND');
    expect((await admin('DELETE', `/api/servers/${unknown}`)).body.error).toBe('SERVER_NOT_FOUND');
    expect(await sql('SELECT * FROM servers ORDER BY id')).toEqual(before);
  });

  it('asks the database as often for a thousand servers as for one', async () => {
    await admin('POST', '/api/pools', { name: 'many' });
    await sql(`INSERT INTO servers (id, name, pool, created_by)
      SELECT 'srv_many' || n, 'many-' || n, 'many', 'test' FROM generate_series(1, 1000) AS n`);
    await sql(`INSERT INTO agents (id, server_id, public_key, hostname, version, state)
      SELECT 'agt_many' || n, 'srv_many' || n, 'key' || n, 'many', '0', '{"process_state": "running"}'
      FROM generate_series(1, 1000) AS n`);
    await sql(`INSERT INTO workers (id, name, public_key, pool, hostname, version, server_id)
      SELECT 'wrk_many' || n, 'many-' || n, 'key' || n, 'many', 'many', '0', 'srv_many' || n
      FROM generate_series(1, 1000) AS n`);
    const query = vi.spyOn(controller.app.get(Database, { strict: false }), 'query');
    const count = async (path: string) => {
      query.mockClear();
      expect((await admin('GET', path)).status).toBe(200);
      // What runs beside the call by the clock touches neither.
      return query.mock.calls.filter(([text]) => /\b(?:servers|pools)\b|FROM workers WHERE id/.test(text))
        .length;
    };
    const paths = (limit: number) => [
      `/api/servers?pool=many&limit=${limit}`,
      `/api/servers?pool=many&filter=needs_attention&limit=${limit}`,
      `/api/pools?limit=${limit}`,
    ];
    const counts = async (limit: number) => {
      const found: number[] = [];
      for (const path of paths(limit)) found.push(await count(path));
      return found;
    };
    expect((await list('pool=many&limit=500')).total).toBe(1000);
    expect(await counts(500)).toEqual(await counts(1));
    expect(await counts(500)).toEqual([4, 4, 2]);
    query.mockRestore();
  });
});
