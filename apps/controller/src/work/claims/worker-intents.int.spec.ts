import { workerViewSchema, type WorkerView } from '@ironwheel/contracts';
import { startController, startTestDatabase, type TestController, type TestWorker } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';
import { ClaimWaiters } from './claim-waiters.ts';

const beat = {
  version: '0.1.0',
  capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 2 },
  slots: { total: 2, used: 0 },
  attempts: [],
  health: { ok: true, problems: [] },
  draining: false,
  spool: { bytes: 0, dropped_bytes: 0 },
};

describe('claims of a worker that is held', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());
  beforeEach(() => {
    at = new ClaimsFixture(controller);
  });

  const act = async (worker: TestWorker, action: string, body: unknown = {}, query = '') => {
    const answer = await at.operate('POST', `/api/workers/${worker.id}/${action}${query}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  };
  const view = async (worker: TestWorker): Promise<WorkerView> =>
    workerViewSchema.parse((await at.operate('GET', `/api/workers/${worker.id}`)).body);
  const blocks = async (worker: TestWorker) =>
    (await at.ask(worker, { validate_only: true })).body['blocked_by'] as Record<string, unknown>[];
  /** A claim that waits in the controller by now. */
  const wait = async (worker: TestWorker) => {
    const waiters = controller.app.get(ClaimWaiters, { strict: false });
    const before = waiters.size;
    const claim = at.claims(worker, { wait_s: 50 });
    await until(() => Promise.resolve(waiters.size > before));
    return { claim };
  };

  it.each([
    ['pause', 'resume', 'worker_paused'],
    ['drain', 'resume', 'worker_draining'],
    ['quarantine', 'unquarantine', 'worker_quarantined'],
  ])('grants nothing after %s, and wakes the claim that waits with %s', async (stop, go, code) => {
    const worker = await at.worker();
    await at.enqueue(`held-by-${stop}`);
    await act(worker, stop, { reason: 'look at the disk' });
    expect(await at.claims(worker)).toEqual([]);
    const [block] = await blocks(worker);
    expect(block).toMatchObject({ code, reason: 'look at the disk' });
    expect(block?.['text']).toContain('look at the disk');
    const { claim } = await wait(worker);
    await act(worker, go);
    expect(await claim).toMatchObject([{ job: { name: `held-by-${stop}` } }]);
  });

  it('lets a running build go on, and takes its result', async () => {
    const worker = await at.worker();
    const jobId = await at.enqueue('goes-on');
    const claim = await at.claim(worker);
    await act(worker, 'pause');
    await act(worker, 'quarantine');
    expect(await at.renew(worker, claim)).toMatchObject({ cancel: false, desired_state: 'paused' });
    expect((await worker.post('/api/workers/heartbeat', beat)).body).toMatchObject({
      desired_state: 'paused',
      quarantined: true,
    });
    const told = await at.report(claim, { error: { code: 'BUILD_FAILED', message: 'no', lines: [] } });
    expect(told.status).toBe(200);
    expect((await at.job(jobId)).state).toBe('failed');
  });

  it('gives the same claims to a claim key also after a drain: a lost answer loses nothing', async () => {
    const worker = await at.worker();
    await at.enqueue('lost-answer');
    const claim_key = 'the-key-of-a-lost-answer';
    const first = await at.claims(worker, { claim_key });
    await act(worker, 'drain');
    expect(await at.claims(worker, { claim_key })).toEqual(first);
  });

  it('shows what a drain waits for, and that it is drained when that has ended', async () => {
    const worker = await at.worker();
    await at.enqueue('a-blocker');
    const claim = await at.claim(worker);
    await at.renew(worker, claim);
    const dry = await act(worker, 'drain', {}, '?dry_run=true');
    expect(dry).toMatchObject({
      desired_state: 'active',
      held: [{ attempt_id: claim.attempt_id, text: 'a-blocker 1.0', phase: 'build' }],
    });
    await act(worker, 'drain', { deadline_s: 3600 });
    const blocker = `a-blocker 1.0, phase build (${claim.attempt_id})`;
    expect((await view(worker)).drain).toEqual({ drained: false, overdue: false, blockers: [blocker] });
    await controller.database.query(
      `UPDATE workers SET desired_until = now() - interval '1 s' WHERE id = $1`,
      [worker.id],
    );
    // Overdue is said and nothing else happens: the build goes on.
    expect((await view(worker)).drain).toEqual({ drained: false, overdue: true, blockers: [blocker] });
    expect((await at.renew(worker, claim)).cancel).toBe(false);
    await at.report(claim, { error: { code: 'BUILD_FAILED', message: 'no', lines: [] } });
    expect(await view(worker)).toMatchObject({
      desired_state: 'draining',
      drain: { drained: true, overdue: false, blockers: [] },
    });
  });

  it('never grants after the answer to a drain, however many claims are under way', async () => {
    const workers = await Promise.all(Array.from({ length: 6 }, () => at.worker()));
    for (let index = 0; index < 12; index += 1) await at.enqueue(`race-${index}`);
    await Promise.all(
      workers.map(async (worker) => {
        const claiming = Promise.all(Array.from({ length: 4 }, () => at.claims(worker)));
        await act(worker, 'drain');
        const held = (await view(worker)).drain?.blockers.length;
        await claiming;
        expect((await view(worker)).drain?.blockers).toHaveLength(held ?? -1);
      }),
    );
  });

  it('ends a pause by itself, and wakes the claim that waits for it', async () => {
    const worker = await at.worker();
    await at.enqueue('after-the-pause');
    await act(worker, 'pause', { for_s: 1, reason: 'a short one' });
    expect(await (await wait(worker)).claim).toHaveLength(1);
    await until(async () => {
      const rows = await controller.database.query<{ desired_state: string }>(
        'SELECT desired_state FROM workers WHERE id = $1',
        [worker.id],
      );
      return rows[0]?.desired_state === 'active';
    });
    expect(await view(worker)).toMatchObject({
      desired_state: 'active',
      desired: { reason: null, until: null },
    });
  });

  it('does not undo a pause when a quarantine ends', async () => {
    const worker = await at.worker();
    await at.enqueue('still-paused');
    await act(worker, 'pause');
    await act(worker, 'quarantine', { for_s: 1 });
    await until(async () => (await view(worker)).quarantine === null);
    expect((await view(worker)).desired_state).toBe('paused');
    expect(await at.claims(worker)).toEqual([]);
  });

  it('keeps what is wanted over a restart of the controller', async () => {
    const database = await startTestDatabase();
    const env = { DATABASE_URL: database.url, CONTROL_PLANE_TOKEN: 'the-token-of-both-lives-0123456789' };
    const first = await startController({ env });
    const before = new ClaimsFixture(first);
    const worker = await before.worker();
    await before.operate('POST', `/api/workers/${worker.id}/drain`, { reason: 'to be moved' });
    await before.operate('POST', `/api/workers/${worker.id}/quarantine`, { reason: 'odd' });
    await first.close();
    const second = await startController({ env });
    try {
      const after = new ClaimsFixture(second);
      expect((await after.operate('GET', `/api/workers/${worker.id}`)).body).toMatchObject({
        desired_state: 'draining',
        desired: { reason: 'to be moved', by: 'bootstrap' },
        quarantine: { kind: 'manual', reason: 'odd' },
      });
    } finally {
      await second.close();
      await database.close();
    }
  });
});
