import { randomUUID } from 'node:crypto';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture, until } from '../../../test/claims-fixture.ts';
import { Database, newId } from '../../platform/index.ts';
import { ClaimsRepository } from './claims.repository.ts';

/** Most grants are committed in one round trip; what these meet takes the longer way, and nobody is the worse for it. */
describe('claims that come together where one grant is not plain', () => {
  let controller: TestController;
  let database: Database;
  let at: ClaimsFixture;
  beforeAll(async () => {
    controller = await startController({
      env: { CLAIM_LEASE_S: '2', CLAIM_GRACE_MIN_S: '1', CLAIM_GRACE_MAX_S: '1' },
    });
    database = controller.app.get(Database, { strict: false });
  });
  afterAll(() => controller.close());
  beforeEach(() => {
    at = new ClaimsFixture(controller);
  });

  const claimTogether = async (workers: number): Promise<string[]> => {
    const asking = await Promise.all(Array.from({ length: workers }, () => at.worker()));
    const claims = await Promise.all(asking.map((worker) => at.claims(worker)));
    return claims.flat().map(({ job }) => job.name);
  };
  const countItems = async (jobId: string) =>
    (await database.query('SELECT 1 FROM queue_items WHERE job_id = $1', [jobId])).length;

  it('grants the others when the queue holds a job that is not queued any more', async () => {
    const stale = await at.enqueue('ended-meanwhile');
    await at.enqueue('still-wanted');
    // As a fault would leave it: the job has ended, and the queue does not know.
    await database.query(`UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE id = $1`, [stale]);
    expect(await claimTogether(2)).toEqual(['still-wanted']);
    expect(await countItems(stale)).toBe(0);
  });

  it('takes a job from an attempt whose lease ended, and ends that one with it', async () => {
    const lost = await at.enqueue('gone-silent');
    await at.claim(await at.worker());
    await until(async () => (await at.job(lost)).state === 'queued');
    for (const name of ['beside-it', 'later', 'last']) await at.enqueue(name);
    expect((await claimTogether(2)).sort()).toEqual(['beside-it', 'gone-silent']);
    expect((await at.job(lost)).attempts.map(({ state }) => state)).toEqual(['lost', 'claimed']);
  });

  it('grants what was tried before like anything else', async () => {
    const jobId = await at.enqueue('tried-before');
    const before = await at.claim(await at.worker());
    await at.report(before, { error: { code: 'BUILD_FAILED', message: 'The compiler failed.', lines: [] } });
    await at.operate('POST', `/api/jobs/${jobId}/retry`);
    const worker = await at.worker();
    const grant = {
      workerId: worker.id,
      claimKey: randomUUID(),
      jobId,
      attemptId: newId('attempt'),
      runner: 'stub',
      holding: [],
    };
    const claims = controller.app.get(ClaimsRepository, { strict: false });
    const granted = await database.transaction((tx) => claims.grantAndCommit(tx, [grant], 60));
    expect(granted).toMatchObject([{ id: jobId, number: 2 }]);
  });

  it('leaves a job in the queue that its worker still builds', async () => {
    const own = await at.enqueue('still-built');
    const worker = await at.worker();
    const { attempt_id: held } = await at.claim(worker);
    await until(async () => (await at.job(own)).state === 'queued');
    expect(await at.claims(worker, { holding: [held] })).toEqual([]);
    await at.enqueue('new-to-it');
    const claims = await at.claims(worker, { max: 2, holding: [held] });
    expect(claims.map(({ job }) => job.name)).toEqual(['new-to-it']);
    expect(await countItems(own)).toBe(1);
  });

  it('leaves a job that needs much memory where small hosts do not look', async () => {
    const own = await at.enqueue('needs-much');
    const capabilities = {
      python_tags: [at.target.python_tag],
      platform_tags: [at.target.platform_tag],
      runner: 'stub',
      free_slots: 4,
    };
    const big = { capabilities: { ...capabilities, memory_bytes: 32 * 2 ** 30 } };
    const worker = await at.worker();
    const { attempt_id: held } = await at.claim(worker, big);
    await database.query(`UPDATE jobs SET adjustment = '{"memory_bytes": 17179869184}' WHERE id = $1`, [own]);
    await until(async () => (await at.job(own)).state === 'queued');
    const lanes = (): Promise<{ pool: string }[]> =>
      database.query('SELECT pool FROM queue_items WHERE job_id = $1', [own]);
    const [before] = await lanes();
    expect(before?.pool).not.toBe('default');
    expect(await at.claims(worker, { ...big, holding: [held] })).toEqual([]);
    expect(await lanes()).toEqual([before]);
    const small = { capabilities: { ...capabilities, memory_bytes: 4 * 2 ** 30 } };
    expect(await at.claims(await at.worker(), small)).toEqual([]);
  });
});
