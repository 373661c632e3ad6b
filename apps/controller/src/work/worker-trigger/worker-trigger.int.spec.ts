import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { smokeAnswerSchema, triggerAnswerSchema } from '@ironwheel/contracts';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';

const workerToken = 'a-token-for-the-worker';

describe('the worker trigger', () => {
  const asked: { method: string; path: string; token: unknown; body: string }[] = [];
  let status = 202;
  let webhook: Server;
  let local: TestController;
  let remote: TestController;
  beforeAll(async () => {
    webhook = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString('utf8')));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        asked.push({ method, path, token: headers['x-worker-token'], body });
        response.writeHead(status).end('{}');
      });
    });
    await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
    const { port } = webhook.address() as AddressInfo;
    local = await startController();
    remote = await startController({
      env: { WORKER_WEBHOOK_URL: `http://127.0.0.1:${port}/trigger`, WORKER_TOKEN: workerToken },
    });
  });
  afterAll(async () => {
    await local.close();
    await remote.close();
    webhook.closeAllConnections();
    webhook.close();
  });

  it('wakes the workers that wait here, and tells the length of the queue', async () => {
    const at = new ClaimsFixture(local);
    await at.enqueue('triggered');
    const answer = await at.operate('POST', '/api/worker/trigger', {});
    expect(triggerAnswerSchema.parse(answer.body)).toEqual({
      mode: 'local',
      detail: 'Workers that wait for work look again.',
      queue_length: 1,
    });
  });

  it('tells a worker with a webhook to drain, with the token of workers', async () => {
    const answer = await fetch(`${remote.url}/api/worker/trigger?token=${workerToken}`, { method: 'POST' });
    expect([answer.status, triggerAnswerSchema.parse(await answer.json()).mode]).toEqual([200, 'webhook']);
    const body = JSON.stringify({ action: 'drain' });
    expect(asked.splice(0)).toEqual([{ method: 'POST', path: '/trigger', token: workerToken, body }]);
    status = 500;
    const failed = await new ClaimsFixture(remote).operate('POST', '/api/worker/trigger', {});
    expect([failed.status, failed.body.error]).toEqual([502, 'WORKER_WEBHOOK_FAILED']);
    asked.length = 0;
    status = 202;
  });

  it('a smoke test looks at what a trigger needs and drains nothing', async () => {
    const here = await new ClaimsFixture(local).operate('POST', '/api/worker/smoke', {});
    expect(smokeAnswerSchema.parse(here.body)).toMatchObject({ ok: true, mode: 'local' });
    status = 503;
    const there = await new ClaimsFixture(remote).operate('POST', '/api/worker/smoke', {});
    const { ok, checks } = smokeAnswerSchema.parse(there.body);
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === 'webhook')?.ok).toBe(false);
    expect(checks.find(({ name }) => name === 'queue')?.ok).toBe(true);
    expect(asked).toEqual([{ method: 'GET', path: '/ready', token: workerToken, body: '' }]);
  });

  it('takes no caller without a credential', async () => {
    for (const path of ['trigger', 'smoke']) {
      expect((await fetch(`${remote.url}/api/worker/${path}`, { method: 'POST' })).status).toBe(401);
    }
  });
});
