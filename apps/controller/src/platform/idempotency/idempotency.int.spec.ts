import { Body, Controller, Module, Post } from '@nestjs/common';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError, Roles } from '../index.ts';

let runs = 0;
let release: () => void = () => undefined;

@Controller('api/probe')
@Roles('operator')
class ProbeController {
  @Post('count')
  count(@Body() body: unknown): { run: number; body: unknown } {
    runs += 1;
    return { run: runs, body };
  }
  @Post('slow')
  async slow(): Promise<{ run: number }> {
    runs += 1;
    await new Promise<void>((resolve) => (release = resolve));
    return { run: runs };
  }
  @Post('refuse')
  refuse(): never {
    runs += 1;
    throw new AppError('JOB_STATE_CONFLICT', `refused in run ${runs}`);
  }
  @Post('defect')
  defect(): never {
    runs += 1;
    throw new Error('boom');
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let controller: TestController;
beforeAll(async () => {
  controller = await startController({ features: [], modules: [ProbeModule], logLevel: 'silent' });
});
afterAll(() => controller.close());

async function post(path: string, key: string, body: object = {}, token = controller.adminToken) {
  const answer = await fetch(`${controller.url}/api/probe/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown>,
    replayed: answer.headers.get('idempotency-replayed'),
  };
}

it('the same key gets the first answer again without running, and one entry in the audit trail', async () => {
  const first = await post('count', 'k1', { a: 1 });
  const second = await post('count', 'k1', { a: 1 });
  expect(second).toEqual({ ...first, replayed: 'true' });
  const entries = await controller.database.query(
    "SELECT 1 FROM audit_entries WHERE action = 'POST /api/probe/count'",
  );
  expect(entries).toHaveLength(1);
});

it('the same key with another request is refused', async () => {
  await post('count', 'k2', { a: 1 });
  const other = await post('count', 'k2', { a: 2 });
  expect([other.status, other.body['error']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
});

it('a key whose first request still runs is refused until it has ended', async () => {
  const first = post('slow', 'k3');
  await expect
    .poll(() => controller.database.query("SELECT 1 FROM idempotency_keys WHERE key = 'k3'"))
    .toHaveLength(1);
  await expect.poll(async () => (await post('slow', 'k3')).body['error']).toBe('IDEMPOTENCY_IN_PROGRESS');
  release();
  const answer = await first;
  expect((await post('slow', 'k3')).body).toEqual(answer.body);
});

it('a refusal is kept, a defect is not', async () => {
  const refused = await post('refuse', 'k4');
  expect(await post('refuse', 'k4')).toEqual({ ...refused, replayed: 'true' });
  const before = runs;
  expect((await post('defect', 'k5')).status).toBe(500);
  expect((await post('defect', 'k5')).status).toBe(500);
  expect(runs).toBe(before + 2);
});

it('after 24 h a key is new again', async () => {
  const first = await post('count', 'k6');
  await controller.database.query(
    "UPDATE idempotency_keys SET created_at = now() - interval '25 h' WHERE key = 'k6'",
  );
  expect((await post('count', 'k6')).body['run']).not.toBe(first.body['run']);
});

it('keys of different callers are different keys', async () => {
  const minted = await fetch(`${controller.url}/api/tokens`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${controller.adminToken}`,
      'content-type': 'application/json',
      'idempotency-key': 'mint',
    },
    body: JSON.stringify({ name: 'other', role: 'operator' }),
  });
  const { token } = (await minted.json()) as { token: string };
  const first = await post('count', 'k7');
  expect((await post('count', 'k7', {}, token)).body['run']).not.toBe(first.body['run']);
  // The secret was told once and is nowhere in the kept answer.
  const kept = await controller.database.query<{ body: string }>(
    "SELECT body::text FROM idempotency_keys WHERE key = 'mint'",
  );
  expect(kept[0]?.body).not.toContain(token);
});

it('concurrent requests with one key run once', async () => {
  const before = runs;
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('count', 'k8')));
  expect(runs).toBe(before + 1);
  for (const answer of answers) expect([201, 409]).toContain(answer.status);
});

it('a caller that hung up before the answer gets it when it asks again', async () => {
  const before = runs;
  const hangUp = new AbortController();
  const first = fetch(`${controller.url}/api/probe/slow`, {
    method: 'POST',
    headers: { authorization: `Bearer ${controller.adminToken}`, 'idempotency-key': 'k9' },
    signal: hangUp.signal,
  });
  await expect.poll(() => runs).toBe(before + 1);
  hangUp.abort();
  await expect(first).rejects.toThrow();
  release();
  const again = () =>
    fetch(`${controller.url}/api/probe/slow`, {
      method: 'POST',
      headers: { authorization: `Bearer ${controller.adminToken}`, 'idempotency-key': 'k9' },
    });
  await expect.poll(async () => (await again()).status).toBe(201);
  expect(runs).toBe(before + 1);
});
