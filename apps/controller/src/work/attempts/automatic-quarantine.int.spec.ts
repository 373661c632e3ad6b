import { workerViewSchema, type Claim, type WorkerView } from '@ironwheel/contracts';
import { startController, type TestController, type TestWorker } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';
import { AutomaticQuarantine, HeldAttempts } from '../../fleet/index.ts';
import { Database } from '../../platform/index.ts';

const beat = {
  version: '0.1.0',
  capabilities: { python_tags: ['cp312'], platform_tags: ['linux_s390x'], runner: 'stub', free_slots: 2 },
  slots: { total: 2, used: 0 },
  attempts: [],
  health: { ok: true, problems: [] },
  draining: false,
  spool: { bytes: 0, dropped_bytes: 0 },
};

describe('automatic quarantine', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  let serial = 0;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());
  beforeEach(async () => {
    at = new ClaimsFixture(controller);
    await controller.database.query('UPDATE workers SET revoked_at = now() WHERE revoked_at IS NULL');
  });

  const view = async (worker: TestWorker): Promise<WorkerView> =>
    workerViewSchema.parse((await at.operate('GET', `/api/workers/${worker.id}`)).body);
  /** A worker whose heartbeat is written down. */
  const live = async (): Promise<TestWorker> => {
    const worker = await at.worker();
    await worker.post('/api/workers/heartbeat', beat);
    await until(async () => {
      const rows = await controller.database.query(
        'SELECT 1 FROM workers WHERE id = $1 AND last_heartbeat_at IS NOT NULL',
        [worker.id],
      );
      return rows.length > 0;
    });
    return worker;
  };
  /** One job, built by this worker, with this end. */
  const end = async (worker: TestWorker, code: string, name = `package-${(serial += 1)}`) => {
    const jobId = await at.enqueue(name);
    const claim = await at.claim(worker);
    const told = await at.report(claim, { error: { code, message: 'it broke', lines: [] } });
    expect(told.status).toBe(200);
    return { jobId, claim };
  };
  const release = async (worker: TestWorker) => {
    await controller.database.query(
      `UPDATE workers SET quarantine_until = now() - interval '1 s' WHERE id = $1`,
      [worker.id],
    );
    await until(async () => (await view(worker)).quarantine === null);
  };
  const lastsS = ({ quarantine }: WorkerView) =>
    Math.round((Date.parse(quarantine!.until!) - Date.parse(quarantine!.at)) / 1000);

  it('takes a worker whose builds fail by its fault out, gives the jobs to another, and lets it back, longer each time', async () => {
    const [odd, sane] = [await live(), await live()];
    const { jobId } = await end(odd, 'RUNNER_FAILED');
    await end(odd, 'RUNNER_FAILED');
    expect((await view(odd)).quarantine).toBeNull();
    await end(odd, 'RUNNER_FAILED');
    const first = await view(odd);
    expect(first).toMatchObject({ desired_state: 'active', quarantine: { kind: 'automatic', count: 1 } });
    expect(first.quarantine?.reason).toContain('3 failures in a row');
    expect(lastsS(first)).toBe(900);
    await until(async () => (await at.job(jobId)).state === 'queued');
    expect(await at.claims(odd)).toEqual([]);
    expect((await at.claims(sane, { max: 4 })).map(({ job }) => job.job_id)).toContain(jobId);
    const audit = await at.operate('GET', `/api/audit?subject=${odd.id}&action=worker.quarantine`);
    expect(audit.body.items).toMatchObject([{ actor: 'policy', detail: { count: 1 } }]);

    await release(odd);
    // What was before the release counts no more: it takes three failures again.
    await end(odd, 'RUNNER_FAILED');
    await end(odd, 'RUNNER_FAILED');
    expect((await view(odd)).quarantine).toBeNull();
    await end(odd, 'RUNNER_FAILED');
    const second = await view(odd);
    expect(second.quarantine?.count).toBe(2);
    expect(lastsS(second)).toBe(1800);

    expect((await at.operate('POST', `/api/workers/${odd.id}/unquarantine`)).status).toBe(200);
    for (let index = 0; index < 3; index += 1) await end(odd, 'RUNNER_FAILED');
    // An operator trusted it again: the next one is a first one.
    expect(lastsS(await view(odd))).toBe(900);
  });

  it('does not blame a worker for packages that do not compile, nor for one package alone', async () => {
    const [worker] = [await live(), await live()];
    for (let index = 0; index < 4; index += 1) await end(worker, 'BUILD_FAILED');
    for (let index = 0; index < 4; index += 1) {
      const { jobId } = await end(worker, 'RUNNER_FAILED', 'always-the-same');
      await at.operate('POST', `/api/jobs/${jobId}/cancel`);
    }
    expect((await view(worker)).quarantine).toBeNull();
  });

  it('lets the only worker of a pool go on', async () => {
    const worker = await live();
    for (let index = 0; index < 3; index += 1) await end(worker, 'RUNNER_FAILED');
    expect((await view(worker)).quarantine).toBeNull();
  });

  /** Claims of these workers that all fail at the same moment, by their fault. */
  const failAtOnce = async (workers: readonly TestWorker[]): Promise<void> => {
    const claims: Claim[] = [];
    for (const worker of workers) {
      await at.enqueue(`package-${(serial += 1)}`);
      claims.push(await at.claim(worker));
    }
    const error = { code: 'RUNNER_FAILED', message: 'it broke', lines: [] };
    const told = await Promise.all(claims.map((claim) => at.report(claim, { error })));
    expect(told.map(({ status }) => status)).toEqual(claims.map(() => 200));
  };

  it('takes no more out of a pool than the policy allows when all fail at once', async () => {
    const workers = await Promise.all([live(), live(), live(), live()]);
    for (let round = 0; round < 3; round += 1) await failAtOnce(workers);
    const views = await Promise.all(workers.map(view));
    expect(views.filter(({ quarantine }) => quarantine !== null)).toHaveLength(1);
  });

  it('sees that all slots of a worker failed at once', async () => {
    const [odd] = [await live(), await live()];
    await failAtOnce([odd, odd, odd]);
    expect((await view(odd)).quarantine).toMatchObject({ kind: 'automatic', count: 1 });
  });

  it('leaves a quarantine of a person that came while it was judged', async () => {
    const [odd] = [await live(), await live()];
    await end(odd, 'RUNNER_FAILED');
    const quarantine = controller.app.get(AutomaticQuarantine, { strict: false });
    expect(
      (await at.operate('POST', `/api/workers/${odd.id}/quarantine`, { reason: 'by hand' })).status,
    ).toBe(200);
    await controller.app
      .get(Database, { strict: false })
      .transaction((tx) =>
        quarantine.apply(tx, odd.id, { action: 'quarantine', reason: 'by the policy', forS: 900, count: 1 }),
      );
    expect((await view(odd)).quarantine).toMatchObject({ kind: 'manual', reason: 'by hand', until: null });
  });

  it('does not blame a worker for builds that a stop of its process cut off', async () => {
    const [worker] = [await live(), await live()];
    for (let index = 0; index < 3; index += 1) {
      const jobId = await at.enqueue(`cut-off-${index}`);
      await at.claim(worker);
      const held = controller.app.get(HeldAttempts, { strict: false });
      expect(await held.release([worker.id], 'stopped on purpose')).toHaveLength(1);
      await at.operate('POST', `/api/jobs/${jobId}/cancel`);
    }
    expect((await view(worker)).quarantine).toBeNull();
    await end(worker, 'RUNNER_FAILED');
    expect((await view(worker)).quarantine).toBeNull();
  });
});
