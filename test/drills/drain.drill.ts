import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './drill-process.ts';
import { DrillStage } from './drill-stage.ts';

let stage: DrillStage;
beforeEach(() => {
  stage = new DrillStage();
});
afterEach(() => stage.close());

const isUnderWay = async (jobId: string): Promise<boolean> =>
  ['claimed', 'running'].includes((await stage.job(jobId)).state);

describe('SIGTERM', () => {
  it('a worker finishes what it builds, claims nothing more, and ends well', async () => {
    await stage.startController();
    const worker = await stage.startWorker('leaving');
    const running = await stage.enqueueStub('under-way', 1500);
    await until(
      'the build',
      () => isUnderWay(running),
      () => stage.tell(),
    );
    const later = await stage.enqueueStub('for-somebody-else', 100);
    worker.process.signal('SIGTERM');

    expect((await worker.process.ended).code).toBe(0);
    expect((await stage.job(running)).attempts.map(({ state }) => state)).toEqual(['succeeded']);
    expect(await stage.job(later)).toMatchObject({ state: 'queued', attempts: [] });
    expect(stage.attemptsOf(worker.state)).toEqual([]);
  });

  it('a second one stops the builds, and the job is open to another claim', async () => {
    await stage.startController();
    const worker = await stage.startWorker('hurried');
    const jobId = await stage.enqueueStub('given-back', 20_000);
    await until(
      'the build',
      () => isUnderWay(jobId),
      () => stage.tell(),
    );
    worker.process.signal('SIGTERM');
    await until(
      'the drain',
      () => worker.process.says('drain'),
      () => stage.tell(),
    );
    worker.process.signal('SIGTERM');

    expect((await worker.process.ended).code).toBe(0);
    const job = await stage.job(jobId);
    expect(job.attempts.map(({ state }) => state)).not.toContain('running');
    expect(['queued', 'waiting']).toContain(job.state);
  });

  it('a controller answers what waits, stops its database, and ends well', async () => {
    const controller = await stage.startController();
    await stage.startWorker('waiting');
    const lock = stage.postgresPid();
    expect(lock).not.toBeNull();
    controller.signal('SIGTERM');
    expect(await controller.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(`/proc/${lock ?? 0}/cwd`)).toBe(false);
    expect(stage.postgresPid()).toBeNull();
    // The worker has lived through it, and goes on with the next controller.
    await stage.startController();
    const jobId = await stage.enqueueStub('after-the-restart', 50);
    await until(
      'the build',
      async () => (await stage.job(jobId)).state === 'succeeded',
      () => stage.tell(),
    );
  });
});
