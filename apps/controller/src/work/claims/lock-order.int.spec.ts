import { startController, type TestAnswer, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsFixture, countWaiting, until } from '../../../test/claims-fixture.ts';
import { Database } from '../../platform/index.ts';

/**
 * Renewals and results lock the attempt, then its job, then take it out of the queue. Who did it the other way round would wait for
 * them, and they for it.
 */
describe('what takes a job and its attempt', () => {
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

  /** Begins `act` while the attempt is held, as by a renewal, and takes the job as that would next. */
  const besideRenewal = (
    attemptId: string,
    jobId: string,
    act: () => Promise<TestAnswer>,
  ): Promise<TestAnswer> =>
    database
      .transaction(async (tx) => {
        await tx.query('SELECT 1 FROM attempts WHERE id = $1 FOR UPDATE', [attemptId]);
        const acting = act();
        await until(async () => (await countWaiting(database)) > 0);
        await tx.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE NOWAIT', [jobId]);
        return { acting };
      })
      .then(({ acting }) => acting);

  const claimed = async (name: string) => {
    const worker = await at.worker();
    const jobId = await at.enqueue(name);
    return { jobId, attemptId: (await at.claim(worker)).attempt_id };
  };
  /** Its lease is over, and nobody else has the job yet. */
  const forfeited = async (name: string) => {
    const held = await claimed(name);
    await until(async () => (await at.job(held.jobId)).state === 'queued');
    return held;
  };

  it('waits for the attempt before it has the job: a job is cancelled', async () => {
    const { jobId, attemptId } = await claimed('cancelled-beside');
    const answer = await besideRenewal(attemptId, jobId, () =>
      at.operate('POST', `/api/jobs/${jobId}/cancel`, {}),
    );
    expect(answer).toMatchObject({ status: 200, body: { cancelling: [jobId] } });
  });

  it('waits for the attempt before it has the job: the queue is cleared', async () => {
    const { jobId, attemptId } = await forfeited('cleared-beside');
    const answer = await besideRenewal(attemptId, jobId, () => at.operate('POST', '/api/queue/clear'));
    expect(answer.status).toBe(200);
    expect((await at.job(jobId)).state).toBe('cancelled');
  });

  it('passes over a job that is being renewed, and has nothing that the renewal would wait for', async () => {
    const { jobId, attemptId } = await forfeited('taken-beside');
    const other = await at.worker();
    await database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM attempts WHERE id = $1 FOR UPDATE', [attemptId]);
      expect(await at.claims(other)).toEqual([]);
      await tx.query('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE NOWAIT', [jobId]);
      expect(await at.claims(other)).toEqual([]);
      const items = await tx.query('SELECT 1 FROM queue_items WHERE job_id = $1 FOR UPDATE NOWAIT', [jobId]);
      expect(items).toHaveLength(1);
    });
    expect((await at.claim(other)).job.job_id).toBe(jobId);
  });

  it('waits for the attempt before it has the job: a run is cancelled', async () => {
    const { jobId, attemptId } = await claimed('run-beside');
    await database.query(
      `INSERT INTO plans (run_id, state, document, created_by) VALUES ('run_01890000-0000-7000-8000-000000000000', 'enqueued', '{"plan": []}', 'test')`,
    );
    await database.query(
      `INSERT INTO run_jobs (run_id, job_id) VALUES ('run_01890000-0000-7000-8000-000000000000', $1)`,
      [jobId],
    );
    const answer = await besideRenewal(attemptId, jobId, () =>
      at.operate('POST', '/api/plans/run_01890000-0000-7000-8000-000000000000/cancel', {}),
    );
    expect(answer).toMatchObject({ status: 200, body: { cancelling: [jobId] } });
  });
});
