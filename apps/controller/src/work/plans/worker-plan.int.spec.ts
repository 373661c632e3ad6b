import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface WireBody {
  readonly error: string;
  readonly detail: string;
  readonly token: string;
  readonly run_id: string;
  readonly state: string;
  readonly to_build: readonly string[];
}
const node = {
  name: 'native',
  version: '1.0',
  python_tag: 'cp312',
  platform_tag: 'linux_s390x',
  action: 'build',
};

describe('plans made by a worker', () => {
  let controller: TestController;
  let worker: Server;
  let answer: { status: number; body: string } = { status: 200, body: '' };
  const asked: { url: string; token: string; body: string }[] = [];

  beforeAll(async () => {
    worker = createServer((request, reply) => {
      void text(request).then((body) => {
        asked.push({ url: request.url ?? '', token: String(request.headers['x-worker-token']), body });
        reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      });
    });
    await new Promise<void>((done) => worker.listen(0, '127.0.0.1', done));
    controller = await startController({
      env: {
        WORKER_PLAN_URL: `http://127.0.0.1:${(worker.address() as AddressInfo).port}`,
        WORKER_TOKEN: 'shared-worker-token',
        INDEX_URL: 'http://127.0.0.1:9/simple/',
        PYTHON_VERSION: '3.12',
        PLATFORM_TAG: 'linux_s390x',
      },
    });
  });
  afterAll(async () => {
    await controller.close();
    worker.closeAllConnections();
    await new Promise((done) => worker.close(done));
  });

  async function call(path: string, body: unknown, token = controller.adminToken) {
    const response = await fetch(controller.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as WireBody };
  }

  it('asks the worker with its token, keeps its plan, and enqueues it here', async () => {
    answer = { status: 200, body: JSON.stringify({ run_id: 'worker-run-1', plan: [node], more: 1 }) };
    const plan = await call('/api/plan/compute', { requirements: ['native'], enqueue: true });
    expect(plan.status).toBe(201);
    expect(plan.body).toMatchObject({ run_id: 'worker-run-1', state: 'enqueued', to_build: ['native==1.0'] });
    expect(asked.at(-1)).toMatchObject({ url: '/plan', token: 'shared-worker-token' });
    expect(JSON.parse(asked.at(-1)?.body ?? '')).toMatchObject({ requirements: ['native'], enqueue: false });
  });

  it.each([
    [200, 'not json', 502],
    [200, '{}', 502],
    [200, JSON.stringify({ run_id: '../x', plan: [] }), 502],
    [200, JSON.stringify({ run_id: 'r', plan: [{ ...node, name: '..' }] }), 502],
    [302, '', 502],
    [500, 'oops', 502],
    [422, JSON.stringify({ error: 'X', detail: 'native cannot be both' }), 422],
  ])('an answer of %i %s keeps no plan', async (status, body, expected) => {
    answer = { status, body };
    const refused = await call('/api/plan/compute', { requirements: ['native'] });
    expect(refused.status).toBe(expected);
    expect(refused.body.error).toBe(expected === 422 ? 'PLAN_UNRESOLVABLE' : 'PLAN_WORKER_UNREACHABLE');
    const plans = await controller.database.query(`SELECT run_id FROM plans WHERE run_id <> 'worker-run-1'`);
    expect(plans).toEqual([]);
  });

  it('answers a worker that asks by itself, so that the two never ask each other in a circle', async () => {
    const token = (await call('/api/tokens', { name: 'w', role: 'worker' })).body.token;
    const before = asked.length;
    const own = await call('/api/plan/compute', { requirements: ['native'] }, token);
    expect(own.body.error).toBe('PLAN_INDEX_UNREACHABLE');
    expect(asked).toHaveLength(before);
  });
});
