import { workerActionAnswerSchema, workerViewSchema } from '@ironwheel/contracts';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerMatching } from './worker-matching.ts';

const beat = {
  version: '0.1.0',
  capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 2 },
  slots: { total: 2, used: 0 },
  attempts: [],
  health: { ok: true, problems: [] },
  draining: false,
  spool: { bytes: 0, dropped_bytes: 0 },
};

describe('workers and their servers', () => {
  let controller: TestController;
  beforeAll(async () => {
    controller = await startController({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
  });
  afterAll(() => controller.close());

  let serial = 0;
  const admin = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const addServer = async (name: string, more: { address?: string; pool?: string } = {}): Promise<string> => {
    const id = `srv_00000000-0000-7000-8000-${String((serial += 1)).padStart(12, '0')}`;
    await controller.database.query(
      `INSERT INTO servers (id, name, pool, address, created_by) VALUES ($1, $2, $3, $4, 'test')`,
      [id, name, more.pool ?? 'default', more.address ?? ''],
    );
    return id;
  };
  const addAgent = (serverId: string, machineId: string, hostname = 'unnamed') =>
    controller.database.query(
      `INSERT INTO agents (id, server_id, public_key, machine_id, hostname, version) VALUES ($1, $2, $1, $3, $4, '1')`,
      [`agt_${serverId}`, serverId, machineId, hostname],
    );
  const set = (worker: TestWorker, column: 'machine_id' | 'hostname' | 'pool', value: string) =>
    controller.database.query(`UPDATE workers SET ${column} = $2 WHERE id = $1`, [worker.id, value]);
  const beatFrom = async (worker: TestWorker, address: string, more: Record<string, unknown> = {}) => {
    const answer = await fetch(`${controller.url}/api/workers/heartbeat`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await worker.assertion()}`,
        'content-type': 'application/json',
        'x-forwarded-for': address,
      },
      body: JSON.stringify({ ...beat, ...more }),
    });
    expect(answer.status).toBe(200);
  };
  const view = async (worker: TestWorker) =>
    workerViewSchema.parse((await admin('GET', `/api/workers/${worker.id}`)).body);
  const register = (worker: TestWorker, body: unknown = {}) =>
    admin('POST', `/api/workers/${worker.id}/register`, body);

  it('are matched by the strongest fact there is, and the view says by which', async () => {
    const worker = await TestWorker.enroll(controller);
    await set(worker, 'hostname', 'Build-1');
    const seen: unknown[] = [];
    const look = async () => {
      const { server_id, matched_by, runtime_match } = await view(worker);
      seen.push([server_id, matched_by, runtime_match]);
    };
    await look();
    const byName = await addServer('by-name', { address: 'build-1' });
    await look();
    await beatFrom(worker, '198.51.100.1');
    const byAddress = await addServer('by-address', { address: '198.51.100.1' });
    await look();
    await set(worker, 'machine_id', 'machine-1');
    const byMachine = await addServer('by-machine');
    await addAgent(byMachine, 'machine-1');
    await look();
    const told = await addServer('told');
    await beatFrom(worker, '198.51.100.1', { server_id: told });
    await look();
    const byKey = await addServer('by-key');
    expect((await register(worker, { server_id: byKey })).status).toBe(200);
    await look();
    expect(seen).toEqual([
      [null, null, 'unmatched'],
      [byName, 'hostname', 'matched'],
      [byAddress, 'ip', 'matched'],
      [byMachine, 'machine_id', 'matched'],
      [told, 'server_id', 'matched'],
      [byKey, 'key', 'matched'],
    ]);
    expect((await view(worker)).remote_addr).toBe('198.51.100.1');
  });

  it('stay unmatched where two servers have the same fact, and the view says so', async () => {
    const worker = await TestWorker.enroll(controller);
    await addServer('twin-a', { address: '198.51.100.2' });
    await addServer('twin-b', { address: '198.51.100.2' });
    await beatFrom(worker, '198.51.100.2');
    const shown = await view(worker);
    expect(shown).toMatchObject({ runtime_match: 'unmatched', server_id: null });
    expect(shown.match_reason).toContain('twin-a, twin-b');
  });

  it('give a worker nothing for an equal address: it claims in its own pool', async () => {
    await controller.database.query(`INSERT INTO pools (name) VALUES ('guarded')`);
    const server = await addServer('guarded', { address: '198.51.100.3', pool: 'guarded' });
    const worker = await TestWorker.enroll(controller);
    await beatFrom(worker, '198.51.100.3');
    expect(await view(worker)).toMatchObject({ server_id: server, matched_by: 'ip', pool: 'default' });
    const asked = await worker.post(`/api/workers/${worker.id}/claim-next`, {
      capabilities: { ...beat.capabilities, pool: 'guarded' },
      claim_key: 'one-of-the-guarded',
      validate_only: true,
    });
    expect(asked.body['blocked_by']).toContainEqual(expect.objectContaining({ code: 'pool_mismatch' }));
  });

  it('are found from the side of the server, the key first', async () => {
    const server = await addServer('with-three', { address: '198.51.100.4' });
    const [byAddress, byKey, revoked] = [
      await TestWorker.enroll(controller),
      await TestWorker.enroll(controller),
      await TestWorker.enroll(controller),
    ];
    await beatFrom(byAddress, '198.51.100.4');
    await register(byKey, { server_id: 'with-three' });
    await register(revoked, { server_id: server });
    await admin('DELETE', `/api/workers/${revoked.id}`);
    const other = await addServer('with-none');
    await expect
      .poll(async () => {
        const found = await controller.app.get(WorkerMatching, { strict: false }).ofServers([server, other]);
        return [found.get(server)?.map((worker) => [worker.workerId, worker.matchedBy]), found.get(other)];
      })
      .toEqual([
        [
          [byKey.id, 'key'],
          [byAddress.id, 'ip'],
          [revoked.id, 'key'],
        ],
        [],
      ]);
  });

  it('an orphan becomes a server in one step, of its pool, under its name or one that is given', async () => {
    const worker = await TestWorker.enroll(controller, 'orphan-1');
    await set(worker, 'pool', 'guarded');
    await beatFrom(worker, '198.51.100.5');
    const made = workerActionAnswerSchema.parse((await register(worker, { reason: 'one of ours' })).body);
    expect(made).toMatchObject({ runtime_match: 'matched', matched_by: 'key', pool: 'guarded' });
    const servers = await controller.database.query(
      'SELECT name, pool, created_by FROM servers WHERE id = $1',
      [made.server_id],
    );
    expect(servers).toEqual([{ name: 'orphan-1', pool: 'guarded', created_by: 'bootstrap' }]);
    expect(await register(worker, { name: 'again' })).toMatchObject({
      status: 409,
      body: { error: 'WORKER_REGISTERED' },
    });
    const other = await TestWorker.enroll(controller, 'orphan-2');
    expect(await register(other, { name: 'orphan-1' })).toMatchObject({
      status: 409,
      body: { error: 'SERVER_EXISTS' },
    });
    expect((await register(other, { name: 'another-name' })).status).toBe(200);
  });

  it('registers one worker once, also when both come at once', async () => {
    const worker = await TestWorker.enroll(controller);
    const answers = await Promise.all(
      ['one', 'two'].map((name) => register(worker, { name: `at-once-${name}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const servers = await controller.database.query(`SELECT 1 FROM servers WHERE name LIKE 'at-once-%'`);
    expect(servers).toHaveLength(1);
  });

  it('moves a worker into the pool of the server that it is attached to', async () => {
    const worker = await TestWorker.enroll(controller);
    await register(worker, { server_id: 'guarded' });
    expect(await view(worker)).toMatchObject({ pool: 'guarded' });
  });

  it('refuses servers that there are not, archived ones, and archived pools', async () => {
    const worker = await TestWorker.enroll(controller);
    const archived = await addServer('archived-one');
    await controller.database.query('UPDATE servers SET archived_at = now() WHERE id = $1', [archived]);
    await controller.database.query(`INSERT INTO pools (name, archived_at) VALUES ('gone', now())`);
    expect((await register(worker, { server_id: 'nothing' })).body.error).toBe('SERVER_NOT_FOUND');
    expect((await register(worker, { server_id: archived })).body.error).toBe('SERVER_ARCHIVED');
    await set(worker, 'pool', 'gone');
    expect((await register(worker)).body.error).toBe('POOL_ARCHIVED');
    await set(worker, 'pool', 'never-made');
    expect((await register(worker)).body.error).toBe('POOL_NOT_FOUND');
    expect((await view(worker)).server_id).toBeNull();
  });
});
