import { callController, startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';

const lost = { status: 409, body: { error: 'LEASE_LOST' } };
const error = { code: 'BUILD_FAILED', message: 'The compiler failed.', lines: [] };

describe('attempts whose job ends without them', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  beforeAll(async () => {
    controller = await startController({
      env: { CLAIM_LEASE_S: '2', CLAIM_GRACE_MIN_S: '1', CLAIM_GRACE_MAX_S: '1' },
    });
  });
  afterAll(() => controller.close());
  beforeEach(() => {
    at = new ClaimsFixture(controller);
  });

  const claimAndGoSilent = async (name: string) => {
    const worker = await at.worker();
    const jobId = await at.enqueue(name);
    const claim = await at.claim(worker);
    await until(async () => (await at.job(jobId)).state === 'queued');
    return { worker, jobId, claim };
  };
  const isAttemptLost = (jobId: string) => async () => (await at.job(jobId)).attempts[0]?.state === 'lost';

  it('closes the attempt of a job that is cancelled after its lease ended, and takes no result of it', async () => {
    const { worker, jobId, claim } = await claimAndGoSilent('cancelled-while-silent');
    const body = { reason: 'not needed' };
    expect((await at.operate('POST', `/api/jobs/${jobId}/cancel`, body)).body).toMatchObject({
      cancelled: [jobId],
      cancelling: [],
    });
    expect(await at.report(claim, { error })).toMatchObject(lost);
    expect(await at.askRenewal(worker, claim)).toMatchObject(lost);
    await until(isAttemptLost(jobId));
    expect(await at.job(jobId)).toMatchObject({
      state: 'cancelled',
      state_reason: 'not needed',
      attempts: [{ state: 'lost', decision: { action: 'give_up', reason: 'The attempt was cancelled.' } }],
    });
    expect(await at.report(claim, { error })).toMatchObject(lost);
  });

  it('closes the attempts of a queue that is cleared', async () => {
    const { jobId } = await claimAndGoSilent('cleared-while-silent');
    await at.operate('POST', '/api/queue/clear');
    await until(isAttemptLost(jobId));
    expect((await at.job(jobId)).state).toBe('cancelled');
  });

  it('lets a build go on that is wanted again before its worker heard of the cancellation', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('wanted-again');
    const claim = await at.claim(worker);
    await at.operate('POST', `/api/jobs/${jobId}/cancel`, {});
    expect(await at.enqueue('wanted-again')).toBe(jobId);
    expect((await at.renew(worker, claim)).cancel).toBe(false);
  });

  it('offers a job again that is wanted again after its worker heard of the cancellation', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('heard-too-late');
    const claim = await at.claim(worker);
    await at.operate('POST', `/api/jobs/${jobId}/cancel`, {});
    expect((await at.renew(worker, claim)).cancel).toBe(true);
    await at.enqueue('heard-too-late');
    await at.report(claim, { status: 'cancelled' });
    expect(await at.job(jobId)).toMatchObject({ state: 'queued', attempts: [{ state: 'cancelled' }] });
  });

  it('refuses a result with an exit code that is none, and keeps the attempt open', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('odd-exit-code');
    const claim = await at.claim(worker);
    const answer = await at.report(claim, { error, exit_code: 2 ** 31 });
    expect(answer).toMatchObject({ status: 400, body: { error: 'REQUEST_INVALID' } });
    expect((await at.job(jobId)).state).toBe('claimed');
  });

  it('renews no lease of a worker that was revoked, whoever asks', async () => {
    const worker = await at.worker();
    await at.enqueue('renewed-by-a-token');
    const claim = await at.claim(worker);
    await controller.database.query('UPDATE workers SET revoked_at = now() WHERE id = $1', [worker.id]);
    const { body } = await at.operate('POST', '/api/tokens', { name: 'direct mode', role: 'worker' });
    const path = `/api/attempts/${claim.attempt_id}/renew`;
    const answer = await callController(controller, 'POST', path, body.token, { fencing: claim.fencing });
    expect(answer).toMatchObject(lost);
  });

  it('takes no result of a worker that was revoked', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('of-a-revoked-worker');
    const claim = await at.claim(worker);
    await controller.database.query('UPDATE workers SET revoked_at = now() WHERE id = $1', [worker.id]);
    expect(await at.report(claim, { error })).toMatchObject({
      status: 403,
      body: { error: 'WORKER_REVOKED' },
    });
    expect((await at.job(jobId)).state).toBe('claimed');
  });
});
