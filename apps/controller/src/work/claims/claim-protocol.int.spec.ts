import { randomUUID } from 'node:crypto';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';

const compileError = {
  code: 'BUILD_FAILED',
  message: 'The compiler failed.',
  lines: [{ line_no: 7, text: 'fatal error: nul \u0000 and half a pair \ud800.h' }],
};

describe('claim protocol', () => {
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

  it('gives a job to one worker only', async () => {
    const workers = await Promise.all(Array.from({ length: 6 }, () => at.worker()));
    for (let index = 0; index < 8; index += 1) await at.enqueue(`single-${index}`);
    const claims = (await Promise.all(workers.map((worker) => at.claims(worker, { max: 2 })))).flat();
    expect(claims).toHaveLength(8);
    expect(new Set(claims.map((claim) => claim.job.job_id)).size).toBe(8);
  });

  it('answers 204 when no queued job fits, and wakes a waiting claim when one comes', async () => {
    const worker = await at.worker();
    expect((await at.ask(worker)).status).toBe(204);
    const waiting = at.claim(worker, { wait_s: 30 });
    await at.enqueue('awaited');
    expect((await waiting).job).toMatchObject({
      name: 'awaited',
      version: '1.0',
      generation: 1,
      build_tag: null,
    });
  });

  it('gives the same claims to the same claim key, also when both come at once', async () => {
    const worker = await at.worker();
    await at.enqueue('same-key-a');
    await at.enqueue('same-key-b');
    const claim_key = randomUUID();
    const [first, second] = await Promise.all([
      at.claims(worker, { claim_key }),
      at.claims(worker, { claim_key }),
    ]);
    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
    expect(await at.claims(worker, { claim_key })).toEqual(first);
  });

  it('claims nothing when only asked to validate, and says what blocks', async () => {
    const worker = await at.worker();
    const validate = async () => (await at.ask(worker, { validate_only: true })).body;
    expect(await validate()).toMatchObject({ ok: true, would_claim: 0, blocked_by: [{ code: 'no_work' }] });
    const jobId = await at.enqueue('validated');
    expect(await validate()).toEqual({ ok: true, would_claim: 1, blocked_by: [] });
    await at.operate('POST', '/api/claims/pause', { reason: 'maintenance' });
    expect(await validate()).toMatchObject({ would_claim: 0, blocked_by: [{ code: 'claims_paused' }] });
    expect(await at.claims(worker)).toEqual([]);
    expect((await at.operate('GET', '/api/config')).body).toMatchObject({ claims_paused: true });
    expect(await at.job(jobId)).toMatchObject({ state: 'queued', attempts: [] });
    await at.operate('POST', '/api/claims/resume');
    expect(await at.claims(worker)).toHaveLength(1);
  });

  it('refuses to claim in the name of another worker', async () => {
    const [one, other] = await Promise.all([at.worker(), at.worker()]);
    const answer = await one.post(`/api/workers/${other.id}/claim-next`, {
      capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 1 },
      claim_key: randomUUID(),
    });
    expect(answer).toMatchObject({ status: 403, body: { error: 'AUTH_FORBIDDEN' } });
  });

  it('takes a failing result once, with the lines that matter, and decides', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('broken');
    const claim = await at.claim(worker);
    expect(await at.renew(worker, claim)).toMatchObject({
      lease_s: 2,
      cancel: false,
      desired_state: 'active',
    });
    const first = await at.report(claim, { error: compileError, exit_code: 1 });
    expect(first).toMatchObject({ status: 200, body: { state: 'failed', decision: { action: 'give_up' } } });
    expect((await at.report(claim, { error: compileError, exit_code: 1 })).body).toEqual(first.body);
    expect((await at.report(claim, { error: compileError, exit_code: 2 })).body.error).toBe(
      'RESULT_CONFLICT',
    );
    expect(await at.job(jobId)).toMatchObject({
      state: 'failed',
      state_reason: 'The compiler failed.',
      attempts: [
        {
          state: 'failed',
          phase: 'build',
          cause: 'package',
          error: { code: 'BUILD_FAILED', lines: [{ line_no: 7 }] },
        },
      ],
    });
    const history = await at.operate('GET', '/api/event/broken/1.0');
    expect(history.body).toMatchObject({ status: 'failed', detail: 'The compiler failed.' });
  });

  it('does not take a success whose wheel was never uploaded', async () => {
    const worker = await at.worker();
    await at.enqueue('claims-success');
    const claim = await at.claim(worker);
    const artifact = { filename: 'claims_success-1.0-py3-none-any.whl', sha256: '0'.repeat(64), size: 1 };
    const answer = await at.report(claim, { status: 'succeeded', phase: 'upload', artifacts: [artifact] });
    expect(answer).toMatchObject({ status: 404, body: { error: 'ARTIFACT_NOT_FOUND' } });
    expect((await at.renew(worker, claim)).cancel).toBe(false);
  });

  it('opens the job to another claim at once when a draining worker gives it back', async () => {
    const [leaving, staying] = await Promise.all([at.worker(), at.worker()]);
    await at.enqueue('given-back');
    const claim = await at.claim(leaving);
    const answer = await at.report(claim, { status: 'cancelled' });
    expect(answer.body).toMatchObject({ state: 'cancelled', decision: { action: 'retry' } });
    expect((await at.claim(staying)).job.name).toBe('given-back');
  });

  it('tells a worker of a cancellation with its renewal, and ends the job with its result', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('unwanted');
    const claim = await at.claim(worker);
    const rehearsed = await at.operate('POST', `/api/jobs/${jobId}/cancel?dry_run=true`, {});
    expect(rehearsed.body).toMatchObject({ dry_run: true, cancelling: [jobId] });
    expect((await at.renew(worker, claim)).cancel).toBe(false);
    await at.operate('POST', `/api/jobs/${jobId}/cancel`, { reason: 'not needed' });
    expect(await at.renew(worker, claim)).toMatchObject({ cancel: true, cancel_reason: 'not needed' });
    await at.report(claim, { status: 'cancelled' });
    expect(await at.job(jobId)).toMatchObject({ state: 'cancelled', state_reason: 'not needed' });
    expect((await at.operate('POST', `/api/jobs/${jobId}/retry`)).body).toMatchObject({ state: 'queued' });
    expect(await at.claim(worker)).toMatchObject({ attempt_number: 2, job: { name: 'unwanted' } });
  });

  it('waits out a failing provider and then offers the job again', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('held');
    const claim = await at.claim(worker);
    const error = { code: 'INDEX_UNREACHABLE', message: 'The index did not answer.', lines: [] };
    const answer = await at.report(claim, { phase: 'fetch', error });
    expect(answer.body).toMatchObject({ decision: { action: 'wait_provider' } });
    const waiting = await at.job(jobId);
    expect(waiting.state).toBe('waiting');
    expect(Date.parse(waiting.not_before ?? '')).toBeGreaterThan(Date.now());
    await controller.database.query('UPDATE jobs SET not_before = now() WHERE id = $1', [jobId]);
    expect((await at.claim(worker, { wait_s: 30 })).job.name).toBe('held');
  });

  it('takes the highest priority first, also when it is raised later', async () => {
    const worker = await at.worker();
    await at.enqueue('first');
    const second = await at.enqueue('second');
    await at.operate('POST', `/api/jobs/${second}/priority`, { priority: 10 });
    expect((await at.claim(worker)).job.name).toBe('second');
  });

  // Each waits for leases of its own lane to end, so they wait together.
  describe.concurrent('when a lease ends', () => {
    it('offers the job again after lease and grace, and refuses the old attempt once another has it', async () => {
      const at = new ClaimsFixture(controller);
      const [lost, heir] = await Promise.all([at.worker(), at.worker()]);
      const jobId = await at.enqueue('forfeited');
      const old = await at.claim(lost);
      const fresh = await at.claim(heir, { wait_s: 30 });
      expect(fresh.job.job_id).toBe(old.job.job_id);
      expect(fresh.fencing).toBeGreaterThan(old.fencing);
      expect(await at.askRenewal(lost, old)).toMatchObject({ status: 409, body: { error: 'LEASE_LOST' } });
      expect(await at.report(old, { error: compileError })).toMatchObject({
        status: 409,
        body: { error: 'LEASE_LOST' },
      });
      expect(await at.job(jobId)).toMatchObject({
        state: 'claimed',
        attempts: [
          { state: 'lost', decision: { action: 'retry' } },
          { state: 'claimed', number: 2 },
        ],
      });
    });

    it('restores a lease that nobody took yet when its worker renews late', async () => {
      const at = new ClaimsFixture(controller);
      const worker = await at.worker();
      const jobId = await at.enqueue('restored');
      const claim = await at.claim(worker);
      await until(async () => (await at.job(jobId)).state === 'queued');
      expect((await at.renew(worker, claim)).cancel).toBe(false);
      expect(await at.job(jobId)).toMatchObject({
        state: 'running',
        attempts: [{ state: 'running', renew_late: true }],
      });
      expect(await at.claims(worker)).toEqual([]);
    });

    it('does not give a job to the worker that still builds it; its renewal restores it', async () => {
      const at = new ClaimsFixture(controller);
      const cut = await at.worker();
      const jobId = await at.enqueue('its-own');
      const claim = await at.claim(cut);
      await until(async () => (await at.job(jobId)).state === 'queued');
      expect(await at.claims(cut, { holding: [claim.attempt_id] })).toEqual([]);
      expect(await at.job(jobId)).toMatchObject({ state: 'queued', attempts: [{ renew_late: false }] });
      expect((await at.renew(cut, claim)).cancel).toBe(false);
      expect(await at.job(jobId)).toMatchObject({ state: 'running', attempts: [{ renew_late: true }] });
    });

    it('gives such a job to another worker, and to its own once that has forgotten it', async () => {
      const at = new ClaimsFixture(controller);
      const [cut, other] = await Promise.all([at.worker(), at.worker()]);
      const jobId = await at.enqueue('taken-over');
      const claim = await at.claim(cut);
      await until(async () => (await at.job(jobId)).state === 'queued');
      expect(await at.claims(cut, { holding: [claim.attempt_id] })).toEqual([]);
      expect((await at.claim(other)).job.job_id).toBe(jobId);
      await until(async () => (await at.job(jobId)).state === 'queued');
      expect((await at.claim(other)).job.job_id).toBe(jobId);
    });

    it('takes the result of an attempt whose lease ended as long as nobody else has the job', async () => {
      const at = new ClaimsFixture(controller);
      const worker = await at.worker();
      const jobId = await at.enqueue('late-result');
      const claim = await at.claim(worker);
      await until(async () => (await at.job(jobId)).state === 'queued');
      expect((await at.report(claim, { error: compileError })).status).toBe(200);
      expect(await at.job(jobId)).toMatchObject({ state: 'failed', attempts: [{ state: 'failed' }] });
      expect(await at.claims(worker)).toEqual([]);
    });

    it('gives up a job whose workers are lost again and again', async () => {
      const at = new ClaimsFixture(controller);
      const worker = await at.worker();
      const jobId = await at.enqueue('cursed');
      for (let attempt = 1; attempt <= 3; attempt += 1) await at.claim(worker, { wait_s: 30 });
      await until(async () => (await at.job(jobId)).state === 'failed');
      expect((await at.job(jobId)).attempts.map((attempt) => attempt.state)).toEqual([
        'lost',
        'lost',
        'lost',
      ]);
    });
  });
});
