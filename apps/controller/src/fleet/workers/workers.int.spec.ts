import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Heartbeats } from './heartbeats.ts';

const beat = {
  version: '0.1.0',
  capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 2 },
  slots: { total: 2, used: 0 },
  attempts: [],
  health: { ok: true, problems: [] },
  draining: false,
  spool: { bytes: 0, dropped_bytes: 0 },
};
const toPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;

describe('workers', () => {
  let controller: TestController;
  let token: string;
  beforeAll(async () => {
    // Each test of refusals calls from its own address, since refusals are counted by address.
    controller = await startController({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    const minted = await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
      name: 'enrol',
      role: 'worker',
    });
    token = minted.body.token;
  });
  afterAll(() => controller.close());

  const admin = (method: string, path: string, body?: unknown) =>
    callController(controller, method, path, controller.adminToken, body);
  const enroll = async (body: Record<string, unknown>, address = '192.0.2.1') => {
    const answer = await fetch(`${controller.url}/api/agent/enroll`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({
        enrollment_token: token,
        name: 'unnamed',
        public_key: toPem(generateKeyPairSync('ed25519').publicKey),
        machine_id: null,
        hostname: 'test',
        version: '0.1.0',
        ...body,
      }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const countWorkers = async () =>
    (await controller.database.query<{ count: number }>('SELECT count(*)::int AS count FROM workers'))[0]!
      .count;

  it('enrols once for one key and name, also when both come at once, and writes who did', async () => {
    const public_key = toPem(generateKeyPairSync('ed25519').publicKey);
    const answers = await Promise.all(Array.from({ length: 8 }, () => enroll({ name: 'same', public_key })));
    expect(new Set(answers.map((answer) => answer.body['worker_id'])).size).toBe(1);
    expect(answers[0]).toMatchObject({
      status: 200,
      body: { name: 'same', pool: 'default', heartbeat_interval_s: 10 },
    });
    const audit = await admin('GET', '/api/audit?action=worker.enroll');
    expect(audit.body.items).toHaveLength(1);
    expect(audit.body.items[0]).toMatchObject({
      subject: answers[0]!.body['worker_id'],
      role: 'worker',
      remote_addr: '192.0.2.1',
    });
  });

  it('refuses another key under a live name, one key under two names, and a key that was revoked', async () => {
    const public_key = toPem(generateKeyPairSync('ed25519').publicKey);
    const first = await enroll({ name: 'taken', public_key });
    const refused = [await enroll({ name: 'taken' }), await enroll({ name: 'second-name', public_key })];
    await admin('DELETE', `/api/workers/${first.body['worker_id']}`);
    refused.push(await enroll({ name: 'taken', public_key }));
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 403, body: { error: 'ENROLLMENT_REFUSED' } });
    expect(refused[0]!.body['detail']).toContain('another key');
    const again = await enroll({ name: 'taken' });
    expect(again.status).toBe(200);
    expect(again.body['worker_id']).not.toBe(first.body['worker_id']);
  });

  it('refuses tokens that are none, of another role, expired or revoked, and slows guessers down', async () => {
    const operator = await admin('POST', '/api/tokens', { name: 'op', role: 'operator' });
    const revoked = await admin('POST', '/api/tokens', { name: 'gone', role: 'worker' });
    await admin('DELETE', `/api/tokens/${String(revoked.body['token_id'])}`);
    const address = '192.0.2.50';
    for (const enrollment_token of [
      operator.body.token,
      revoked.body.token,
      controller.adminToken,
      `iw_${'x'.repeat(43)}`,
    ]) {
      expect(await enroll({ enrollment_token }, address)).toMatchObject({
        status: 403,
        body: { error: 'ENROLLMENT_REFUSED' },
      });
    }
    for (let count = 0; count < 6; count += 1)
      await enroll({ enrollment_token: `iw_${'y'.repeat(43)}` }, address);
    expect(await enroll({}, address)).toMatchObject({ status: 429, body: { error: 'RATE_LIMITED' } });
    expect((await enroll({ name: 'elsewhere' }, '192.0.2.51')).status).toBe(200);
  });

  it('takes heartbeats by key and by token, tells the interval and what is wanted, and shows the worker healthy', async () => {
    const worker = await TestWorker.enroll(controller);
    expect((await admin('GET', `/api/workers/${worker.id}`)).body).toMatchObject({
      heartbeat_state: 'none',
      last_heartbeat_at: null,
      capabilities: null,
    });
    expect((await worker.post('/api/workers/heartbeat', beat)).body).toEqual({
      heartbeat_interval_s: 10,
      desired_state: 'active',
      quarantined: false,
    });
    const byToken = await callController(controller, 'POST', '/api/workers/heartbeat', token, {
      ...beat,
      worker_id: worker.id,
      slots: { total: 2, used: 1 },
    });
    expect(byToken.status).toBe(200);
    expect((await admin('GET', `/api/workers/${worker.id}`)).body).toMatchObject({
      heartbeat_state: 'healthy',
      slots: { total: 2, used: 1 },
    });
    await controller.database.query(`UPDATE workers SET desired_state = 'draining' WHERE id = $1`, [
      worker.id,
    ]);
    expect((await worker.post('/api/workers/heartbeat', beat)).body['desired_state']).toBe('draining');
  });

  it('writes heartbeats down in one statement, and calls a worker stale after three intervals', async () => {
    const workers = await Promise.all([TestWorker.enroll(controller), TestWorker.enroll(controller)]);
    await Promise.all(workers.map((worker) => worker.post('/api/workers/heartbeat', beat)));
    const rows = () =>
      controller.database.query('SELECT 1 FROM workers WHERE id = ANY ($1) AND heartbeat IS NOT NULL', [
        workers.map((worker) => worker.id),
      ]);
    await expect.poll(rows, { timeout: 10_000 }).toHaveLength(2);
    await controller.app.get(Heartbeats, { strict: false }).flush();
    await controller.database.query(
      `UPDATE workers SET last_heartbeat_at = now() - interval '31 s' WHERE id = $1`,
      [workers[0].id],
    );
    const view = await admin('GET', `/api/workers/${workers[0].id}`);
    expect(view.body['heartbeat_state']).toBe('stale');
    expect((await admin('GET', `/api/workers/${workers[1].id}`)).body['heartbeat_state']).toBe('healthy');
  });

  it('is not spoiled for all by what one worker writes', async () => {
    const [odd, sane] = [await TestWorker.enroll(controller), await TestWorker.enroll(controller)];
    const problems = [{ code: 'nul\u0000', text: 'half a pair \ud800' }];
    expect(
      (await odd.post('/api/workers/heartbeat', { ...beat, health: { ok: false, problems }, unknown: 1 }))
        .status,
    ).toBe(200);
    expect((await sane.post('/api/workers/heartbeat', beat)).status).toBe(200);
    const rows = () =>
      controller.database.query('SELECT 1 FROM workers WHERE id = ANY ($1) AND heartbeat IS NOT NULL', [
        [odd.id, sane.id],
      ]);
    await expect.poll(rows, { timeout: 10_000 }).toHaveLength(2);
  });

  it('does not enrol a host whose name nobody could read', async () => {
    expect((await enroll({ name: 'odd-host', hostname: 'a\u0000b' })).status).toBe(400);
  });

  it('cuts a revoked worker off at once, and shows with dry_run what that means', async () => {
    const worker = await TestWorker.enroll(controller);
    const path = `/api/workers/${worker.id}`;
    expect((await admin('DELETE', `${path}?dry_run=true`)).body).toMatchObject({
      dry_run: true,
      revoked_at: null,
    });
    expect((await worker.post('/api/workers/heartbeat', beat)).status).toBe(200);
    expect((await admin('DELETE', path)).body).toMatchObject({
      dry_run: false,
      revoked_at: expect.any(String) as string,
    });
    expect(await worker.post('/api/workers/heartbeat', beat)).toMatchObject({
      status: 403,
      body: { error: 'WORKER_REVOKED' },
    });
    expect(
      (
        await callController(controller, 'POST', '/api/workers/heartbeat', token, {
          ...beat,
          worker_id: worker.id,
        })
      ).body.error,
    ).toBe('WORKER_REVOKED');
    const operator = await admin('POST', '/api/tokens', { name: 'op2', role: 'operator' });
    expect((await callController(controller, 'DELETE', path, operator.body.token)).status).toBe(403);
  });

  it('answers malformed requests with a stable code, never with 5xx, and writes nothing', async () => {
    const worker = await TestWorker.enroll(controller);
    const other = await TestWorker.enroll(controller);
    const before = await countWorkers();
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const ed = generateKeyPairSync('ed25519');
    let host = 0;
    const enrolled = [
      { enrollment_token: '' },
      { enrollment_token: 5 },
      { enrollment_token: 'x'.repeat(201) },
      { name: '' },
      { name: '../x' },
      { name: 'a b' },
      { name: '-a' },
      { name: 'x'.repeat(64) },
      { name: null },
      { name: 'a\u0000' },
      { public_key: '' },
      { public_key: 'x' },
      { public_key: toPem(rsa.publicKey) },
      { public_key: ed.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      { public_key: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n' },
      { public_key: toPem(ed.publicKey).slice(0, 60) },
      { public_key: 'x'.repeat(1001) },
      { machine_id: 5 },
      { machine_id: 'x'.repeat(101) },
      { hostname: null },
      { hostname: 'x'.repeat(256) },
      { version: {} },
      { version: 'x'.repeat(41) },
    ];
    const answers: { status: number; body: Record<string, unknown> }[] = [];
    for (const body of enrolled)
      answers.push(await enroll({ name: `bad-${(host += 1)}`, ...body }, `198.51.100.${host}`));
    const beats = [
      {},
      [],
      null,
      'x',
      { ...beat, version: 5 },
      { ...beat, version: 'x'.repeat(41) },
      { ...beat, capabilities: {} },
      { ...beat, slots: { total: -1, used: 0 } },
      { ...beat, slots: null },
      { ...beat, attempts: {} },
      { ...beat, attempts: [1] },
      { ...beat, health: { ok: 'yes', problems: [] } },
      { ...beat, health: {} },
      {
        ...beat,
        health: { ok: true, problems: Array.from({ length: 21 }, () => ({ code: 'a', text: 'b' })) },
      },
      { ...beat, draining: 'no' },
      { ...beat, spool: {} },
      { ...beat, spool: { bytes: 1.5, dropped_bytes: 0 } },
      { ...beat, load: {} },
      { ...beat, worker_id: 5 },
      { ...beat, worker_id: other.id },
      { ...beat, worker_id: '' },
      { ...beat, health: { ok: true, problems: [{ code: 'a', text: 'x'.repeat(200_000) }] } },
    ];
    for (const body of beats) answers.push(await worker.post('/api/workers/heartbeat', body));
    for (const body of [
      beat,
      { ...beat, worker_id: 'x' },
      { ...beat, worker_id: `wrk_00000000-0000-7000-8000-${'0'.repeat(12)}` },
    ]) {
      answers.push(await callController(controller, 'POST', '/api/workers/heartbeat', token, body));
    }
    for (const [method, path] of [
      ['GET', '/api/workers/x'],
      ['GET', '/api/workers/%00'],
      ['GET', '/api/workers/..%2f..'],
      ['GET', '/api/workers/%E0%A4%A'],
      ['GET', '/api/workers?limit=0'],
      ['GET', '/api/workers?limit=501'],
      ['GET', '/api/workers?x=1'],
      ['GET', `/api/workers/wrk_00000000-0000-7000-8000-${'0'.repeat(12)}`],
      ['DELETE', '/api/workers/x'],
      ['DELETE', `/api/workers/${worker.id}?dry_run=perhaps`],
      ['DELETE', `/api/workers/${worker.id}?x=1`],
      ['DELETE', `/api/workers/wrk_00000000-0000-7000-8000-${'0'.repeat(12)}`],
      ['PUT', `/api/workers/${worker.id}`],
      ['GET', '/api/agent/enroll'],
    ] as const) {
      answers.push(await admin(method, path));
    }
    for (const credential of [
      '',
      'x',
      `iw_${'z'.repeat(43)}`,
      'eyJhbGciOiJub25lIn0.e30.',
      controller.adminToken,
    ]) {
      answers.push(await callController(controller, 'POST', '/api/workers/heartbeat', credential, beat));
    }
    expect(answers.length).toBeGreaterThan(50);
    for (const [index, answer] of answers.entries()) {
      expect(answer.status, `${index} ${JSON.stringify(answer.body)}`).toBeGreaterThanOrEqual(400);
      expect(answer.status, `${index} ${JSON.stringify(answer.body)}`).toBeLessThan(500);
      expect(answer.body['error']).toMatch(/^[A-Z_]+$/);
    }
    expect(await countWorkers()).toBe(before);
    expect((await admin('GET', `/api/workers/${worker.id}`)).body['heartbeat_state']).toBe('none');
  });
});
