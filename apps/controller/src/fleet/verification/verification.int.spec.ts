import { verificationViewSchema, type VerificationView } from '@ironwheel/contracts';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const beat = {
  version: '0.1.0',
  capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 2 },
  slots: { total: 2, used: 0 },
  attempts: [],
  health: { ok: true, problems: [] },
  draining: false,
  spool: { bytes: 0, dropped_bytes: 0 },
};

describe('verification of a server', () => {
  let controller: TestController;
  let serial = 0;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());

  const admin = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const register = async (worker: TestWorker): Promise<string> => {
    const { status, body } = await admin('POST', `/api/workers/${worker.id}/register`, {
      name: `server-${(serial += 1)}`,
    });
    expect(status).toBe(200);
    return body['server_id'] as string;
  };
  const addAgent = async (serverId: string, processState = 'running') => {
    const id = `agt_${serverId}`;
    const unit = {
      unit: 'ironwheel-worker.service',
      active_state: 'active',
      sub_state: 'running',
      main_pid: 7,
      restarts: 0,
    };
    await controller.database.query(
      `INSERT INTO agents (id, server_id, public_key, hostname, version, last_seen_at, state)
       VALUES ($1, $2, $1, 'a-host', '1', now(), $3::jsonb)`,
      [id, serverId, JSON.stringify({ process_state: processState, units: [unit] })],
    );
    await controller.database.query(
      `INSERT INTO agent_links (agent_id, controller_id, epoch, remote_addr) VALUES ($1, 'one', 1, '198.51.100.9')`,
      [id],
    );
    return id;
  };
  const verify = async (server: string): Promise<VerificationView> => {
    const answer = await admin('POST', `/api/servers/${server}/verify`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return verificationViewSchema.parse(answer.body);
  };
  const outcome = ({ checks }: VerificationView) =>
    Object.fromEntries(checks.map(({ check, ok }) => [check, ok]));
  const find = (verification: VerificationView, name: string) =>
    verification.checks.find(({ check }) => check === name);

  it('passes where agent, process, heartbeat and claim are well, and is kept', async () => {
    const worker = await TestWorker.enroll(controller);
    const server = await register(worker);
    expect(await admin('GET', `/api/servers/${server}/verify`)).toMatchObject({
      status: 404,
      body: { error: 'VERIFICATION_NOT_FOUND' },
    });
    await addAgent(server);
    await worker.post('/api/workers/heartbeat', beat);
    const verification = await verify(server);
    expect(verification).toMatchObject({ server_id: server, ok: true });
    expect(verification.checks.map(({ check }) => check)).toEqual([
      'agent_reachable',
      'process_state',
      'heartbeat_matched',
      'claim_probe',
    ]);
    for (const check of verification.checks) expect(check.mend, check.check).toBeNull();
    expect(find(verification, 'process_state')?.measured).toContain(
      'ironwheel-worker.service active/running',
    );
    expect(find(verification, 'heartbeat_matched')?.measured).toContain('matched by key');
    expect(find(verification, 'claim_probe')?.measured).toContain('no_work');
    expect((await admin('GET', `/api/servers/${server}/verify`)).body).toEqual(verification);
  });

  it('says of a worker without an agent what is missing, and probes its claim all the same', async () => {
    const worker = await TestWorker.enroll(controller);
    const server = await register(worker);
    await worker.post('/api/workers/heartbeat', beat);
    const verification = await verify(`server-${serial}`);
    expect(verification.server_id).toBe(server);
    expect(outcome(verification)).toEqual({
      agent_reachable: false,
      process_state: false,
      heartbeat_matched: true,
      claim_probe: true,
    });
    for (const check of verification.checks.filter(({ ok }) => !ok)) expect(check.mend).toBeTruthy();
  });

  it('claims nothing, and says what would be claimed', async () => {
    const worker = await TestWorker.enroll(controller);
    const server = await register(worker);
    await worker.post('/api/workers/heartbeat', beat);
    const job = await admin('POST', '/api/queue/enqueue', {
      package: 'probed',
      version: '1.0',
      python_tag: 'cp312',
      platform_tag: 'linux_s390x',
    });
    expect(find(await verify(server), 'claim_probe')).toMatchObject({ ok: true, measured: 'would claim 1' });
    const { body } = await admin('GET', `/api/jobs/${String(job.body['job_id'])}`);
    expect(body).toMatchObject({ state: 'queued', attempts: [] });
    await admin('POST', '/api/queue/clear');
  });

  it.each([
    ['pause', 'worker_paused', 'resume'],
    ['drain', 'worker_draining', 'resume'],
    ['quarantine', 'worker_quarantined', 'unquarantine'],
  ])('names %s as what holds claims back, and the mend', async (action, code, mend) => {
    const worker = await TestWorker.enroll(controller);
    const server = await register(worker);
    await worker.post('/api/workers/heartbeat', beat);
    await admin('POST', `/api/workers/${worker.id}/${action}`, { reason: 'a reason' });
    const probe = find(await verify(server), 'claim_probe');
    expect(probe?.ok).toBe(false);
    expect(probe?.measured).toContain(`${code}: `);
    expect(probe?.measured).toContain('a reason');
    expect(probe?.mend).toContain(mend);
  });

  it('names a revoked key', async () => {
    const worker = await TestWorker.enroll(controller);
    const server = await register(worker);
    await worker.post('/api/workers/heartbeat', beat);
    await admin('DELETE', `/api/workers/${worker.id}`);
    const verification = await verify(server);
    expect(outcome(verification)).toMatchObject({ heartbeat_matched: false, claim_probe: false });
    expect(find(verification, 'claim_probe')?.measured).toContain('WORKER_REVOKED');
    expect(find(verification, 'claim_probe')?.mend).toContain('Enrol the worker anew');
  });

  it('takes a silent agent, a cloned one and a stopped process for what they are', async () => {
    const worker = await TestWorker.enroll(controller);
    const server = await register(worker);
    const agent = await addAgent(server, 'stopped');
    const stopped = await verify(server);
    expect(outcome(stopped)).toMatchObject({ agent_reachable: true, process_state: false });
    expect(find(stopped, 'process_state')?.measured).toMatch(/^stopped/);
    await controller.database.query(
      `UPDATE agents SET last_seen_at = now() - interval '1 hour' WHERE id = $1`,
      [agent],
    );
    const silent = await verify(server);
    expect(find(silent, 'agent_reachable')?.measured).toMatch(/^not connected, heard 36\d\d s ago$/);
    expect(find(silent, 'process_state')?.measured).toMatch(/^unknown/);
    await controller.database.query(
      'UPDATE agents SET last_seen_at = now(), cloned_at = now() WHERE id = $1',
      [agent],
    );
    expect(find(await verify(server), 'agent_reachable')?.measured).toContain('two machines used the key');
  });

  it('finds no worker where none is matched', async () => {
    await controller.database.query(
      `INSERT INTO servers (id, name, pool, created_by) VALUES ('srv_lonely', 'lonely', 'default', 'test')`,
    );
    const verification = await verify('lonely');
    expect(verification.ok).toBe(false);
    expect(find(verification, 'heartbeat_matched')?.measured).toContain('no worker');
    expect(find(verification, 'claim_probe')?.mend).toContain('heartbeat_matched');
  });

  it('refuses archived and unknown servers, malformed names, and callers who may not', async () => {
    await controller.database.query(
      `INSERT INTO servers (id, name, pool, created_by, archived_at) VALUES ('srv_old', 'old', 'default', 'test', now())`,
    );
    expect((await admin('POST', '/api/servers/old/verify')).body.error).toBe('SERVER_ARCHIVED');
    for (const method of ['POST', 'GET'] as const) {
      expect((await admin(method, '/api/servers/nothing/verify')).body.error).toBe('SERVER_NOT_FOUND');
      for (const name of ['%00', '..%2f', 'a%20b', 'x'.repeat(64), '%E0%A4%A'])
        expect((await admin(method, `/api/servers/${name}/verify`)).status).toBe(400);
    }
    const { body } = await admin('POST', '/api/tokens', { name: 'v', role: 'viewer' });
    const worker = await TestWorker.enroll(controller);
    for (const token of [body.token, await worker.assertion()])
      expect((await callController(controller, 'POST', '/api/servers/lonely/verify', token)).status).toBe(
        403,
      );
    expect((await callController(controller, 'POST', '/api/servers/lonely/verify', '')).status).toBe(401);
  });
});
