import { workerActionAnswerSchema } from '@ironwheel/contracts';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const actions = ['pause', 'resume', 'drain', 'quarantine', 'unquarantine', 'register'] as const;
const nobody = `wrk_00000000-0000-7000-8000-${'0'.repeat(12)}`;

describe('what operators do with workers', () => {
  let controller: TestController;
  let operator: string;
  beforeAll(async () => {
    controller = await startController();
    operator = await mint('operator');
  });
  afterAll(() => controller.close());

  const mint = async (role: string): Promise<string> =>
    (
      await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
        name: `a ${role}`,
        role,
      })
    ).body.token;
  const call = (method: string, path: string, body?: unknown, token = operator) =>
    callController(controller, method, path, token, body);
  const act = async (worker: TestWorker, action: string, body?: unknown) => {
    const answer = await call('POST', `/api/workers/${worker.id}/${action}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return workerActionAnswerSchema.parse(answer.body);
  };

  it('moves from every state to every other, and says why, by whom and until when', async () => {
    const worker = await TestWorker.enroll(controller);
    const states = { pause: 'paused', resume: 'active', drain: 'draining' } as const;
    const order = [
      'pause',
      'drain',
      'pause',
      'resume',
      'drain',
      'resume',
      'resume',
      'pause',
      'pause',
    ] as const;
    for (const action of order) {
      const view = await act(worker, action, { reason: `because of ${action}` });
      expect(view).toMatchObject({
        desired_state: states[action],
        desired: { reason: `because of ${action}`, by: 'a operator' },
        dry_run: false,
        held: [],
        quarantine: null,
      });
      expect(view.desired.until !== null).toBe(action === 'drain');
      expect(view.drain).toEqual(action === 'drain' ? { drained: true, overdue: false, blockers: [] } : null);
    }
    const { desired } = await act(worker, 'pause', { for_s: 3600 });
    expect(Date.parse(desired.until!) - Date.parse(desired.at!)).toBe(3_600_000);
  });

  it('takes a call without a body', async () => {
    const worker = await TestWorker.enroll(controller);
    for (const action of ['pause', 'drain', 'resume', 'quarantine', 'unquarantine'])
      expect((await act(worker, action)).dry_run).toBe(false);
  });

  it('keeps quarantine and desired state apart', async () => {
    const worker = await TestWorker.enroll(controller);
    await act(worker, 'pause', { reason: 'paused by hand' });
    const both = await act(worker, 'quarantine', { reason: 'odd wheels', for_s: 60 });
    expect(both).toMatchObject({
      desired_state: 'paused',
      quarantine: { kind: 'manual', reason: 'odd wheels', count: 0, until: expect.any(String) as string },
    });
    expect(await act(worker, 'unquarantine')).toMatchObject({ desired_state: 'paused', quarantine: null });
    await act(worker, 'quarantine');
    const resumed = await act(worker, 'resume');
    expect(resumed).toMatchObject({ desired_state: 'active', quarantine: { kind: 'manual', until: null } });
  });

  it('does nothing with dry_run', async () => {
    const worker = await TestWorker.enroll(controller);
    for (const action of ['pause', 'drain', 'quarantine']) {
      const answer = await call('POST', `/api/workers/${worker.id}/${action}?dry_run=true`, {});
      expect(answer.body).toMatchObject({
        dry_run: true,
        desired_state: 'active',
        quarantine: null,
        held: [],
      });
    }
  });

  it('writes each deed into the audit trail with its reason', async () => {
    const worker = await TestWorker.enroll(controller);
    for (const action of actions) await act(worker, action, { reason: `why ${action}` });
    const { body } = await call('GET', `/api/audit?subject=${worker.id}`, undefined, controller.adminToken);
    const told = body.items
      .filter((entry) => entry['action'] !== 'worker.enroll')
      .map((entry) => [entry['action'], entry['reason']])
      .reverse();
    expect(told).toEqual(actions.map((action) => [`POST /api/workers/:id/${action}`, `why ${action}`]));
  });

  it('is for operators', async () => {
    const worker = await TestWorker.enroll(controller);
    for (const token of [await mint('viewer'), await mint('worker'), await worker.assertion(), '']) {
      for (const action of actions) {
        const answer = await call('POST', `/api/workers/${worker.id}/${action}`, {}, token);
        expect([401, 403], `${action} ${answer.status}`).toContain(answer.status);
      }
    }
    expect((await call('GET', `/api/workers/${worker.id}`)).body).toMatchObject({
      desired_state: 'active',
      quarantine: null,
      server_id: null,
    });
  });

  it('refuses a worker that is revoked or that there is not', async () => {
    const worker = await TestWorker.enroll(controller);
    await call('DELETE', `/api/workers/${worker.id}`, undefined, controller.adminToken);
    for (const action of actions) {
      expect((await call('POST', `/api/workers/${worker.id}/${action}`, {})).body.error).toBe(
        'WORKER_REVOKED',
      );
      expect((await call('POST', `/api/workers/${nobody}/${action}`, {})).body.error).toBe(
        'WORKER_NOT_FOUND',
      );
    }
    for (const action of ['pause', 'drain', 'quarantine']) {
      const path = `/api/workers/${worker.id}/${action}?dry_run=true`;
      expect((await call('POST', path, {})).body.error).toBe('WORKER_REVOKED');
    }
  });

  it('answers malformed calls with a stable code and changes nothing', async () => {
    const worker = await TestWorker.enroll(controller);
    const own = `/api/workers/${worker.id}`;
    const bodies: [string, unknown][] = [
      ...actions.flatMap((action): [string, unknown][] =>
        [
          null,
          [],
          'x',
          1,
          { more: 1 },
          { reason: 1 },
          { reason: 'nul \u0000' },
          { reason: '\ud800' },
          { reason: 'x'.repeat(501) },
        ].map((body) => [`${own}/${action}`, body]),
      ),
      ...['pause', 'quarantine'].flatMap((action): [string, unknown][] =>
        [0, -1, 1.5, '60', 1e12, null].map((for_s) => [`${own}/${action}`, { for_s }]),
      ),
      ...[0, -1, 1.5, 1e9, '1'].map((deadline_s): [string, unknown] => [`${own}/drain`, { deadline_s }]),
      [`${own}/register`, { name: '../x' }],
      [`${own}/register`, { name: '' }],
      [`${own}/register`, { server_id: '' }],
      [`${own}/register`, { name: 'a', server_id: 'b' }],
      [`${own}/drain?dry_run=perhaps`, {}],
      [`${own}/drain?dry_run=true&x=1`, {}],
      ['/api/workers/x/drain', {}],
      ['/api/workers/%00/pause', {}],
      ['/api/workers/..%2f..%2f/pause', {}],
    ];
    for (const [path, body] of bodies) {
      const answer = await call('POST', path, body);
      expect(answer.status, `${path} ${JSON.stringify(body)}`).toBe(400);
      expect(answer.body.error).toMatch(/^REQUEST_/);
    }
    expect((await call('GET', own)).body).toMatchObject({
      desired_state: 'active',
      desired: { at: null },
      quarantine: null,
      server_id: null,
    });
  });

  it('finds a worker by its name', async () => {
    const worker = await TestWorker.enroll(controller, 'a-name-of-its-own');
    const answer = await call('GET', '/api/workers?name=a-name-of-its-own');
    expect(answer.body).toMatchObject({ total: 1, items: [{ worker_id: worker.id }] });
    expect((await call('GET', '/api/workers?name=a-name')).body).toMatchObject({ total: 0, items: [] });
  });

  it('finds the workers of a server', async () => {
    const worker = await TestWorker.enroll(controller);
    await TestWorker.enroll(controller);
    const registered = await call('POST', `/api/workers/${worker.id}/register`, {});
    const serverId = String(registered.body['server_id']);
    const answer = await call('GET', `/api/workers?server_id=${serverId}`);
    expect(answer.body).toMatchObject({ total: 1, items: [{ worker_id: worker.id }] });
    expect((await call('GET', '/api/workers?server_id=none')).body.error).toBe('REQUEST_INVALID');
  });

  it('reads a list with as many statements for many workers as for one', async () => {
    await Promise.all(
      Array.from({ length: 5 }, async () => act(await TestWorker.enroll(controller), 'drain')),
    );
    const count = async (limit: number): Promise<number> => {
      const before = await statements();
      expect((await call('GET', `/api/workers?limit=${limit}`)).status).toBe(200);
      return (await statements()) - before;
    };
    const statements = async (): Promise<number> => {
      const text = await (
        await fetch(`${controller.url}/metrics`, {
          headers: { authorization: `Bearer ${controller.adminToken}` },
        })
      ).text();
      const line = /database_statement_seconds_count\{verb="select"\} (\d+)/.exec(text);
      return z.coerce.number().parse(line?.[1]);
    };
    // Others read in between as well (the sweeps): the least of some tries is the call's own.
    const least = async (limit: number): Promise<number> =>
      Math.min(...[await count(limit), await count(limit), await count(limit)]);
    expect(await least(500)).toBeLessThanOrEqual((await least(1)) + 1);
  });
});
