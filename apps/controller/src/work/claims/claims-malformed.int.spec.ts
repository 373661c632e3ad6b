import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';

const capabilities = {
  python_tags: ['cp312'],
  platform_tags: ['linux_s390x'],
  runner: 'stub',
  free_slots: 1,
};
const good = { capabilities, claim_key: 'abcdefgh' };
const target = { python_tag: 'cp312', platform_tag: 'linux_s390x' };
const job = `job_${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`;
const attempt = `att_${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`;

const badClaims: readonly unknown[] = [
  null,
  1,
  'x',
  [],
  {},
  { ...good, claim_key: '' },
  { ...good, claim_key: 'a b c d e f' },
  { ...good, claim_key: '\u0000'.repeat(8) },
  { ...good, max: 0 },
  { ...good, max: 1e9 },
  { ...good, max: 'many' },
  { ...good, wait_s: -1 },
  { ...good, wait_s: 51 },
  { ...good, validate_only: 'yes' },
  { ...good, capabilities: null },
  { ...good, capabilities: { ...capabilities, python_tags: [] } },
  { ...good, capabilities: { ...capabilities, python_tags: ["cp312'; DROP TABLE jobs"] } },
  { ...good, capabilities: { ...capabilities, platform_tags: ['../../etc'] } },
  { ...good, capabilities: { ...capabilities, free_slots: -1 } },
  { ...good, capabilities: { ...capabilities, free_slots: 1.5 } },
  { ...good, capabilities: { ...capabilities, runner: '' } },
  { ...good, capabilities: { ...capabilities, runner: 'nul \u0000' } },
  { ...good, capabilities: { ...capabilities, pool: 'x'.repeat(100) } },
];
const badRenewals: readonly unknown[] = [
  null,
  {},
  { fencing: 0 },
  { fencing: -1 },
  { fencing: '1' },
  { fencing: 2 ** 60 },
  { fencing: 1, phase: 'x' },
];
const badPaths: readonly (readonly [string, number])[] = [
  ['/api/workers/nobody/claim-next', 400],
  ['/api/workers/wrk_%00/claim-next', 400],
  ['/api/workers/%E0%A4%A/claim-next', 400],
  ['/api/attempts/..%2f..%2fetc/renew', 400],
  [`/api/attempts/${attempt}/renew`, 409],
];
const badCalls: readonly (readonly [string, string, unknown?])[] = [
  ['POST', '/api/queue/enqueue', {}],
  ['POST', '/api/queue/enqueue', { package: '-', version: '1', ...target }],
  ['POST', '/api/queue/enqueue', { package: 'a', version: '1 2', ...target }],
  ['POST', '/api/queue/enqueue', { package: 'a', version: '1', ...target, more: 1 }],
  ['POST', '/api/queue/enqueue', { package: 'a', version: '1', ...target, recipes: { apt: ['$(reboot)'] } }],
  ['GET', '/api/queue?limit=0'],
  ['GET', '/api/queue?limit=501'],
  ['GET', '/api/queue?unknown=1'],
  ['GET', '/api/jobs?state=asleep'],
  ['GET', '/api/jobs?package=%00'],
  ['GET', '/api/jobs?offset=-1'],
  ['GET', '/api/jobs/1'],
  ['POST', '/api/jobs/1/cancel', {}],
  ['POST', '/api/queue/clear?dry_run=perhaps'],
  ['POST', '/api/jobs/job_x/priority', { priority: 1 }],
  ['POST', '/api/claims/pause', { reason: 1 }],
  ['POST', '/api/claims/pause', { why: 'x' }],
  // What Postgres cannot keep, in text and in JSON; also where the body is only for the audit trail.
  ['POST', '/api/claims/pause', { reason: '\u0000' }],
  ['POST', '/api/claims/pause', { reason: '\ud800' }],
  ['POST', '/api/claims/resume', { reason: '\u0000' }],
  ['POST', '/api/claims/resume', { more: 1 }],
  ['POST', '/api/queue/clear', { reason: '\u0000' }],
  ['POST', '/api/queue/clear', [1]],
  ['POST', `/api/jobs/${job}/cancel`, { reason: '\u0000' }],
  ['POST', `/api/jobs/${job}/retry`, { reason: '\u0000' }],
  ['POST', '/api/plans/any/enqueue', { reason: '\u0000' }],
  ['POST', `/api/artifacts/${'0'.repeat(64)}/unyank`, { reason: '\u0000' }],
  ['GET', '/api/jobs?run_id=%00'],
  ['GET', '/api/audit?action=%00'],
  ['GET', '/api/audit?subject=%00'],
  ['POST', '/api/tokens', { name: 'nul \u0000', role: 'viewer' }],
];

describe('malformed calls of claims, queue and jobs', () => {
  let controller: TestController;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());

  it('are refused with a stable code each, and nothing is written', async () => {
    const at = new ClaimsFixture(controller);
    const worker = await at.worker();
    await at.enqueue('untouched');
    for (const body of badClaims) {
      const answer = await worker.post(`/api/workers/${worker.id}/claim-next`, body);
      expect(answer.status, JSON.stringify(body)).toBe(400);
      expect(answer.body.error).toMatch(/^REQUEST_/);
    }
    for (const body of badRenewals) {
      const answer = await worker.post(`/api/attempts/${attempt}/renew`, body);
      expect(answer.status, JSON.stringify(body)).toBe(400);
    }
    for (const [path, status] of badPaths) {
      const answer = await worker.post(path, path.endsWith('renew') ? { fencing: 1 } : good);
      expect(answer.status, path).toBe(status);
    }
    for (const [method, path, body] of badCalls) {
      const answer = await at.operate(method, path, body);
      expect(answer.status, `${method} ${path} ${JSON.stringify(body)}`).toBe(400);
      expect(answer.body.error).toBe('REQUEST_INVALID');
    }
    const stats = await at.operate('GET', '/api/queue/stats');
    expect(stats.body).toMatchObject({ length: 1, claims_paused: false, by_state: { queued: 1 } });
  });
});
