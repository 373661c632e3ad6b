import { Controller, Get, Module, Param, Post, Req } from '@nestjs/common';
import { auditEntrySchema } from '@ironwheel/contracts';
import { startController, type TestController } from '@ironwheel/testing';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, NotAudited, Roles, setAuditDetail } from '../index.ts';

@Controller('api/probe')
@Roles('operator')
class ProbeController {
  @Post(':id/act')
  act(@Param('id') id: string, @Req() request: FastifyRequest): { id: string } {
    setAuditDetail(request, { detail: { impact: 3 } });
    return { id };
  }
  @Post('quiet') @NotAudited() quiet(): string {
    return 'ok';
  }
  @Post('preview') preview(): { dry_run: boolean } {
    return { dry_run: true };
  }
  @Post('fail') fail(): never {
    throw new AppError('JOB_STATE_CONFLICT', 'no');
  }
  @Get('read') read(): string {
    return 'ok';
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let controller: TestController;
beforeAll(async () => {
  controller = await startController({ features: [], modules: [ProbeModule] });
});
afterAll(() => controller.close());

const headers = () => ({
  authorization: `Bearer ${controller.adminToken}`,
  'x-correlation-id': 'audit-test-1',
});
const post = (path: string, body?: object) =>
  fetch(`${controller.url}/api/probe/${path}`, {
    method: 'POST',
    headers: { ...headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
async function entries(query = '') {
  const answer = await fetch(`${controller.url}/api/audit${query}`, { headers: headers() });
  return z.object({ items: z.array(auditEntrySchema), total: z.number() }).parse(await answer.json());
}

it('tells who did what to what, from where and why', async () => {
  await post('job_7/act', { reason: 'cleaning up' });
  const { items } = await entries('?subject=job_7');
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    actor: 'bootstrap',
    role: 'admin',
    remote_addr: '127.0.0.1',
    action: 'POST /api/probe/:id/act',
    subject: 'job_7',
    reason: 'cleaning up',
    detail: { impact: 3 },
    correlation_id: 'audit-test-1',
  });
});

it('finds what somebody did by a part of their name', async () => {
  await post('job_9/act');
  expect((await entries('?subject=job_9&actor=BOOT')).total).toBe(1);
  expect((await entries('?subject=job_9&actor=nobody')).total).toBe(0);
  expect((await entries('?subject=job_9&actor=%25')).total).toBe(0);
});

it('keeps the entry of a deed whose reason Postgres would not take', async () => {
  await post('job_8/act', { reason: 'nul \u0000 and half a pair \ud800' });
  const { items } = await entries('?subject=job_8');
  expect(items[0]).toMatchObject({
    action: 'POST /api/probe/:id/act',
    reason: 'nul ? and half a pair \ufffd',
  });
});

it('has no entry for reads, dry runs, failures and machine traffic', async () => {
  const before = (await entries()).total;
  await post('quiet');
  await post('preview');
  await post('fail');
  await fetch(`${controller.url}/api/probe/read`, { headers: headers() });
  expect((await entries()).total).toBe(before);
});

it('has an entry of a deed that was asked for as a dry run and done all the same', async () => {
  await post('job_10/act?dry_run=true');
  expect((await entries('?subject=job_10')).total).toBe(1);
});

it('is for administrators only', async () => {
  const answer = await fetch(`${controller.url}/api/tokens`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'o', role: 'operator' }),
  });
  const { token } = (await answer.json()) as { token: string };
  const refused = await fetch(`${controller.url}/api/audit`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(refused.status).toBe(403);
  expect(JSON.stringify(await entries())).not.toContain(token);
});
