import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './drill-process.ts';
import { DrillStage } from './drill-stage.ts';

const leases = { CLAIM_LEASE_S: '10', CLAIM_GRACE_MIN_S: '5' };
/** How long the controller is away: twice as long as a lease and the least grace together are. */
const outageMs = 30_000;
const builds = 10;

let stage: DrillStage;
beforeEach(() => {
  stage = new DrillStage();
});
afterEach(() => stage.close());

describe('kill -9 of the controller in the middle of ten builds', () => {
  it('all ten end after it is back, and none was built twice', async () => {
    await stage.startController(leases);
    const names = Array.from({ length: builds }, (_, index) => `built-${index}`);
    for (const name of names) await stage.enqueueStub(name, 2500);
    await stage.startWorker('one', { RUNNER: 'stub', WORKER_SLOTS: '2' });
    await stage.startWorker('two', { RUNNER: 'stub', WORKER_SLOTS: '2' });
    const count = async (...states: string[]): Promise<number> =>
      (await stage.jobs()).filter(({ state }) => states.includes(state)).length;
    await until(
      'some built, some being built, some waiting',
      async () => (await count('succeeded')) >= 2 && (await count('claimed', 'running')) >= 2,
      () => stage.tell(),
    );
    const before = await stage.jobs();
    await stage.controller.kill();
    await pause(outageMs);

    await stage.startController();
    const jobs = await until(
      'the end of all ten',
      async () => {
        const found = await stage.jobs();
        return found.every(({ state }) => state === 'succeeded') ? found : null;
      },
      () => stage.tell(),
    );
    expect(jobs).toHaveLength(builds);
    for (const { job_id } of jobs) {
      const { name, attempts } = await stage.job(job_id);
      expect({ name, attempts: attempts.map(({ state }) => state) }).toEqual({
        name,
        attempts: ['succeeded'],
      });
    }
    // What was acknowledged before the kill is as it was.
    for (const { job_id, wheel } of before.filter(({ state }) => state === 'succeeded')) {
      expect(jobs.find((job) => job.job_id === job_id)?.wheel).toBe(wheel);
    }
  });
});
