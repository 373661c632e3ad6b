import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { startController, type TestController } from '@ironwheel/testing';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** Each test has a lane of its own, so that jobs which another left behind do not come its way. */
let lanes = 300;
let target = { python_tag: '', platform_tag: 'linux_s390x' };

interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the wire, as a foreign client sees it
  readonly body: any;
}

describe('claim protocol', () => {
  let controller: TestController;
  beforeAll(async () => {
    controller = await startController({
      env: { CLAIM_LEASE_S: '2', CLAIM_GRACE_MIN_S: '1', CLAIM_GRACE_MAX_S: '1' },
    });
  });
  afterAll(() => controller.close());
  beforeEach(async () => {
    lanes += 1;
    target = { python_tag: `cp${lanes}`, platform_tag: 'linux_s390x' };
    await call('POST', '/api/queue/clear', controller.adminToken);
    await call('POST', '/api/claims/resume', controller.adminToken);
  });

  async function call(method: string, path: string, token: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(controller.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }

  class TestWorker {
    constructor(
      readonly id: string,
      private readonly key: KeyObject,
    ) {}

    static async enroll(): Promise<TestWorker> {
      const minted = await call('POST', '/api/tokens', controller.adminToken, {
        name: 'enrolment',
        role: 'worker',
      });
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const enrolled = await call('POST', '/api/agent/enroll', '', {
        enrollment_token: minted.body.token,
        name: `worker-${randomUUID()}`,
        public_key: publicKey.export({ type: 'spki', format: 'pem' }),
        machine_id: null,
        hostname: 'test',
        version: '0.1.0',
      });
      return new TestWorker(enrolled.body.worker_id, privateKey);
    }

    async post(path: string, body: unknown): Promise<Answer> {
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', kid: this.id })
        .setSubject(this.id)
        .setAudience('ironwheel')
        .setIssuedAt()
        .setExpirationTime('60s')
        .setJti(randomUUID())
        .sign(this.key);
      return call('POST', path, token, body);
    }

    claim(more: Record<string, unknown> = {}): Promise<Answer> {
      return this.post(`/api/workers/${this.id}/claim-next`, {
        capabilities: {
          python_tags: [target.python_tag],
          platform_tags: [target.platform_tag],
          runner: 'stub',
          free_slots: 4,
        },
        claim_key: randomUUID(),
        ...more,
      });
    }

    renew(claim: { attempt_id: string; fencing: number }, phase = 'build'): Promise<Answer> {
      return this.post(`/api/attempts/${claim.attempt_id}/renew`, { fencing: claim.fencing, phase });
    }
  }

  const enqueue = (name: string): Promise<Answer> =>
    call('POST', '/api/queue/enqueue', controller.adminToken, { package: name, version: '1.0', ...target });
  const job = async (id: string) => (await call('GET', `/api/jobs/${id}`, controller.adminToken)).body;
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const report = (
    claim: { attempt_id: string; fencing: number; attempt_token: string },
    more: Record<string, unknown>,
  ) =>
    call('POST', `/api/attempts/${claim.attempt_id}/result`, claim.attempt_token, {
      fencing: claim.fencing,
      status: 'failed',
      phase: 'build',
      artifacts: [],
      phases: [],
      runner: 'stub',
      duration_s: 3,
      log: { bytes: 0, truncated: false, dropped_bytes: 0 },
      ...more,
    });
  const compileError = {
    code: 'BUILD_FAILED',
    message: 'The compiler failed.',
    lines: [{ line_no: 7, text: 'fatal error: nul \u0000 and half a pair \ud800.h' }],
  };

  it('gives a job to one worker only', async () => {
    const workers = await Promise.all(Array.from({ length: 6 }, () => TestWorker.enroll()));
    for (let index = 0; index < 8; index += 1) await enqueue(`single-${index}`);
    const answers = await Promise.all(workers.map((worker) => worker.claim({ max: 2 })));
    const jobs = answers
      .flatMap((answer) => (answer.status === 200 ? answer.body.claims : []))
      .map((claim) => claim.job.job_id);
    expect(jobs).toHaveLength(8);
    expect(new Set(jobs).size).toBe(8);
  });

  it('answers 204 when no queued job fits, and wakes a waiting claim when one comes', async () => {
    const worker = await TestWorker.enroll();
    expect((await worker.claim()).status).toBe(204);
    const waiting = worker.claim({ wait_s: 30 });
    await enqueue('awaited');
    const answer = await waiting;
    expect(answer.status).toBe(200);
    expect(answer.body.claims[0].job).toMatchObject({
      name: 'awaited',
      version: '1.0',
      generation: 1,
      build_tag: null,
    });
  });

  it('gives the same claims to the same claim key, also when both come at once', async () => {
    const worker = await TestWorker.enroll();
    await enqueue('same-key-a');
    await enqueue('same-key-b');
    const claim_key = randomUUID();
    const [first, second] = await Promise.all([worker.claim({ claim_key }), worker.claim({ claim_key })]);
    const third = await worker.claim({ claim_key });
    expect(second.body).toEqual(first.body);
    expect(third.body).toEqual(first.body);
    expect(first.body.claims).toHaveLength(1);
  });

  it('claims nothing when only asked to validate, and says what blocks', async () => {
    const worker = await TestWorker.enroll();
    expect((await worker.claim({ validate_only: true })).body).toMatchObject({
      ok: true,
      would_claim: 0,
      blocked_by: [{ code: 'no_work' }],
    });
    const queued = await enqueue('validated');
    expect((await worker.claim({ validate_only: true })).body).toEqual({
      ok: true,
      would_claim: 1,
      blocked_by: [],
    });
    await call('POST', '/api/claims/pause', controller.adminToken, { reason: 'maintenance' });
    expect((await worker.claim({ validate_only: true })).body).toMatchObject({
      would_claim: 0,
      blocked_by: [{ code: 'claims_paused' }],
    });
    expect((await worker.claim()).status).toBe(204);
    expect(await job(queued.body.job_id)).toMatchObject({ state: 'queued', attempts: [] });
  });

  it('refuses to claim in the name of another worker', async () => {
    const [one, other] = await Promise.all([TestWorker.enroll(), TestWorker.enroll()]);
    const answer = await one.post(`/api/workers/${other.id}/claim-next`, {
      capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 1 },
      claim_key: randomUUID(),
    });
    expect(answer).toMatchObject({ status: 403, body: { error: 'AUTH_FORBIDDEN' } });
  });

  it('takes a failing result once, with the lines that matter, and decides', async () => {
    const worker = await TestWorker.enroll();
    const queued = await enqueue('broken');
    const [claim] = (await worker.claim()).body.claims;
    expect((await worker.renew(claim)).body).toMatchObject({
      lease_s: 2,
      cancel: false,
      desired_state: 'active',
    });
    const first = await report(claim, { error: compileError, exit_code: 1 });
    expect(first).toMatchObject({ status: 200, body: { state: 'failed', decision: { action: 'give_up' } } });
    expect((await report(claim, { error: compileError, exit_code: 1 })).body).toEqual(first.body);
    expect((await report(claim, { error: compileError, exit_code: 2 })).body.error).toBe('RESULT_CONFLICT');
    expect(await job(queued.body.job_id)).toMatchObject({
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
    const history = await call('GET', '/api/event/broken/1.0', controller.adminToken);
    expect(history.body).toMatchObject({ status: 'failed', detail: 'The compiler failed.' });
  });

  it('does not take a success whose wheel was never uploaded', async () => {
    const worker = await TestWorker.enroll();
    await enqueue('claims-success');
    const [claim] = (await worker.claim()).body.claims;
    const artifact = { filename: 'claims_success-1.0-py3-none-any.whl', sha256: '0'.repeat(64), size: 1 };
    const answer = await report(claim, { status: 'succeeded', phase: 'upload', artifacts: [artifact] });
    expect(answer).toMatchObject({ status: 404, body: { error: 'ARTIFACT_NOT_FOUND' } });
    expect((await worker.renew(claim)).status).toBe(200);
  });

  it('offers the job again after lease and grace, and refuses the old attempt once another has it', async () => {
    const [lost, heir] = await Promise.all([TestWorker.enroll(), TestWorker.enroll()]);
    const queued = await enqueue('forfeited');
    const [old] = (await lost.claim()).body.claims;
    const [fresh] = (await heir.claim({ wait_s: 30 })).body.claims;
    expect(fresh.job.job_id).toBe(old.job.job_id);
    expect(fresh.fencing).toBeGreaterThan(old.fencing);
    expect(await lost.renew(old)).toMatchObject({ status: 409, body: { error: 'LEASE_LOST' } });
    expect(await report(old, { error: compileError })).toMatchObject({
      status: 409,
      body: { error: 'LEASE_LOST' },
    });
    expect(await job(queued.body.job_id)).toMatchObject({
      state: 'claimed',
      attempts: [
        { state: 'lost', decision: { action: 'retry' } },
        { state: 'claimed', number: 2 },
      ],
    });
  });

  it('restores a lease that nobody took yet when its worker renews late', async () => {
    const worker = await TestWorker.enroll();
    const queued = await enqueue('restored');
    const [claim] = (await worker.claim()).body.claims;
    await until(async () => (await job(queued.body.job_id)).state === 'queued');
    expect((await worker.renew(claim)).status).toBe(200);
    expect(await job(queued.body.job_id)).toMatchObject({
      state: 'running',
      attempts: [{ state: 'running', renew_late: true }],
    });
    expect((await worker.claim()).status).toBe(204);
  });

  it('opens the job to another claim at once when a draining worker gives it back', async () => {
    const [leaving, staying] = await Promise.all([TestWorker.enroll(), TestWorker.enroll()]);
    await enqueue('given-back');
    const [claim] = (await leaving.claim()).body.claims;
    expect((await report(claim, { status: 'cancelled' })).body).toMatchObject({
      state: 'cancelled',
      decision: { action: 'retry' },
    });
    expect((await staying.claim()).body.claims[0].job.name).toBe('given-back');
  });

  it('tells a worker of a cancellation with its renewal, and ends the job with its result', async () => {
    const worker = await TestWorker.enroll();
    const queued = await enqueue('unwanted');
    const [claim] = (await worker.claim()).body.claims;
    const rehearsed = await call(
      'POST',
      `/api/jobs/${queued.body.job_id}/cancel?dry_run=true`,
      controller.adminToken,
      {},
    );
    expect(rehearsed.body).toMatchObject({ dry_run: true, cancelling: [queued.body.job_id] });
    expect((await worker.renew(claim)).body.cancel).toBe(false);
    await call('POST', `/api/jobs/${queued.body.job_id}/cancel`, controller.adminToken, {
      reason: 'not needed',
    });
    expect((await worker.renew(claim)).body).toMatchObject({ cancel: true, cancel_reason: 'not needed' });
    await report(claim, { status: 'cancelled' });
    expect(await job(queued.body.job_id)).toMatchObject({ state: 'cancelled', state_reason: 'not needed' });
    const retried = await call('POST', `/api/jobs/${queued.body.job_id}/retry`, controller.adminToken);
    expect(retried.body.state).toBe('queued');
    expect((await worker.claim()).body.claims[0]).toMatchObject({
      attempt_number: 2,
      job: { name: 'unwanted' },
    });
  });

  it('waits out a failing provider and then offers the job again', async () => {
    const worker = await TestWorker.enroll();
    const queued = await enqueue('held');
    const [claim] = (await worker.claim()).body.claims;
    const error = { code: 'INDEX_UNREACHABLE', message: 'The index did not answer.', lines: [] };
    expect((await report(claim, { phase: 'fetch', error })).body.decision.action).toBe('wait_provider');
    const waiting = await job(queued.body.job_id);
    expect(waiting.state).toBe('waiting');
    expect(Date.parse(waiting.not_before)).toBeGreaterThan(Date.now());
    await controller.database.query(`UPDATE jobs SET not_before = now() WHERE id = $1`, [queued.body.job_id]);
    expect((await worker.claim({ wait_s: 30 })).body.claims[0].job.name).toBe('held');
  });

  it('takes the highest priority first, also when it is raised later', async () => {
    const worker = await TestWorker.enroll();
    await enqueue('first');
    const second = await enqueue('second');
    await call('POST', `/api/jobs/${second.body.job_id}/priority`, controller.adminToken, { priority: 10 });
    expect((await worker.claim()).body.claims[0].job.name).toBe('second');
  });

  it('writes nothing for malformed requests and names each problem', async () => {
    const worker = await TestWorker.enroll();
    await enqueue('untouched');
    const good = {
      capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 1 },
      claim_key: 'abcdefgh',
    };
    const bad: unknown[] = [
      null,
      1,
      'x',
      [],
      {},
      { ...good, claim_key: '' },
      { ...good, claim_key: 'a b c d e f' },
      { ...good, max: 0 },
      { ...good, max: 1e9 },
      { ...good, max: 'many' },
      { ...good, wait_s: -1 },
      { ...good, wait_s: 51 },
      { ...good, validate_only: 'yes' },
      { ...good, capabilities: null },
      { ...good, capabilities: { ...good.capabilities, python_tags: [] } },
      { ...good, capabilities: { ...good.capabilities, python_tags: ["cp312'; DROP TABLE jobs"] } },
      { ...good, capabilities: { ...good.capabilities, platform_tags: ['../../etc'] } },
      { ...good, capabilities: { ...good.capabilities, free_slots: -1 } },
      { ...good, capabilities: { ...good.capabilities, free_slots: 1.5 } },
      { ...good, capabilities: { ...good.capabilities, runner: '' } },
      { ...good, capabilities: { ...good.capabilities, pool: 'x'.repeat(100) } },
      { ...good, claim_key: '\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000' },
    ];
    for (const body of bad) {
      const answer = await worker.post(`/api/workers/${worker.id}/claim-next`, body);
      expect([400, 415], JSON.stringify(body)).toContain(answer.status);
      expect(answer.body.error).toMatch(/^REQUEST_/);
    }
    const attempt = `att_${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`;
    const paths: [string, number][] = [
      ['/api/workers/nobody/claim-next', 400],
      ['/api/workers/wrk_%00/claim-next', 400],
      ['/api/workers/%E0%A4%A/claim-next', 400],
      ['/api/attempts/..%2f..%2fetc/renew', 400],
      [`/api/attempts/${attempt}/renew`, 409],
    ];
    for (const [path, status] of paths) {
      const answer = await worker.post(path, path.endsWith('renew') ? { fencing: 1 } : good);
      expect(answer.status, path).toBe(status);
    }
    for (const body of [
      null,
      {},
      { fencing: 0 },
      { fencing: -1 },
      { fencing: '1' },
      { fencing: 2 ** 60 },
      { fencing: 1, phase: 'x' },
    ]) {
      expect((await worker.post(`/api/attempts/${attempt}/renew`, body)).status, JSON.stringify(body)).toBe(
        400,
      );
    }
    for (const [method, path, body] of [
      ['POST', '/api/queue/enqueue', {}],
      ['POST', '/api/queue/enqueue', { package: '-', version: '1', ...target }],
      ['POST', '/api/queue/enqueue', { package: 'a', version: '1 2', ...target }],
      ['POST', '/api/queue/enqueue', { package: 'a', version: '1', ...target, more: 1 }],
      [
        'POST',
        '/api/queue/enqueue',
        { package: 'a', version: '1', ...target, recipes: { apt: ['$(reboot)'] } },
      ],
      ['GET', '/api/queue?limit=0', undefined],
      ['GET', '/api/queue?limit=501', undefined],
      ['GET', '/api/queue?unknown=1', undefined],
      ['GET', '/api/jobs?state=asleep', undefined],
      ['GET', '/api/jobs?package=%00', undefined],
      ['GET', '/api/jobs?offset=-1', undefined],
      ['GET', '/api/jobs/1', undefined],
      ['POST', '/api/jobs/1/cancel', {}],
      ['POST', '/api/queue/clear?dry_run=perhaps', undefined],
      ['POST', '/api/jobs/job_x/priority', { priority: 1 }],
      ['POST', '/api/claims/pause', { reason: 1 }],
      ['POST', '/api/claims/pause', { why: 'x' }],
    ] as const) {
      const answer = await call(method, path, controller.adminToken, body);
      expect(answer.status, `${method} ${path} ${JSON.stringify(body)}`).toBe(400);
      expect(answer.body.error).toBe('REQUEST_INVALID');
    }
    const stats = await call('GET', '/api/queue/stats', controller.adminToken);
    expect(stats.body).toMatchObject({ length: 1, claims_paused: false });
  });
});
