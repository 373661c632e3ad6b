import { createSampleWheel, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, newId } from '../../platform/index.ts';
import { EnqueueService, type WantedNode } from './enqueue.service.ts';
import { JobsService } from './jobs.service.ts';

const platform = { platform_tag: 'manylinux_2_28_s390x' };
const [on311, on312, on313] = ['cp311', 'cp312', 'cp313'].map((python_tag) => ({ python_tag, ...platform }));
const targets = { on311: on311!, on312: on312!, on313: on313! };

describe('a wheel that serves several targets', () => {
  let controller: TestController;
  let worker: TestWorker;
  let jobs: JobsService;
  beforeAll(async () => {
    controller = await startController();
    worker = await TestWorker.enroll(controller);
    jobs = controller.app.get(JobsService, { strict: false });
  });
  afterAll(() => controller.close());

  const enqueue = async (nodes: readonly WantedNode[], rebuild = false): Promise<string[]> => {
    const runId = newId('run');
    const database = controller.app.get(Database, { strict: false });
    const { jobIds } = await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO plans (run_id, state, document, created_by) VALUES ($1, 'enqueued', '{"plan": []}', 'test')`,
        [runId],
      );
      const service = controller.app.get(EnqueueService, { strict: false });
      return service.enqueue(tx, { runId, pool: 'default', priority: 0, rebuild, nodes });
    });
    return jobIds;
  };
  const states = (ids: readonly string[]): Promise<string[]> =>
    Promise.all(ids.map(async (id) => (await jobs.get(id)).state));

  it('is built once: the other jobs that it fits end with it, and what waits for them goes on', async () => {
    const wheel = createSampleWheel({ name: 'pure-once', version: '1.0' });
    const ids = await enqueue([
      { name: 'pure-once', version: '1.0', ...targets.on311, needs: [] },
      { name: 'pure-once', version: '1.0', ...targets.on312, needs: [] },
      {
        name: 'needs-pure',
        version: '1.0',
        ...targets.on312,
        needs: [{ name: 'pure-once', version: '1.0', kind: 'build-system' }],
      },
    ]);
    expect(await states(ids)).toEqual(['queued', 'queued', 'blocked']);
    await worker.publish(wheel, 'pure-once', '1.0', targets.on311);
    expect(await states(ids)).toEqual(['succeeded', 'succeeded', 'queued']);
    expect(await jobs.get(ids[1] ?? '')).toMatchObject({
      wheel: wheel.filename,
      wheel_sha256: wheel.sha256,
      attempt_count: 0,
      state_reason: expect.stringContaining('serves this target as well') as string,
    });
    const told = await controller.database.query(
      `SELECT python_tag, status FROM events WHERE name = 'pure-once' ORDER BY python_tag`,
    );
    expect(told).toEqual([
      { python_tag: 'cp311', status: 'built' },
      { python_tag: 'cp312', status: 'reused' },
    ]);
    // Nobody is offered what is done.
    const claim = await worker.post(`/api/workers/${worker.id}/claim-next`, {
      capabilities: {
        python_tags: ['cp312'],
        platform_tags: [platform.platform_tag],
        runner: 'stub',
        free_slots: 4,
      },
      max: 4,
      claim_key: newId('run'),
    });
    expect(claim.body['claims']).toMatchObject([
      {
        job: { name: 'needs-pure' },
        build_wheels: [{ filename: wheel.filename, sha256: wheel.sha256 }],
      },
    ]);
  });

  it('ends no job that its tags do not fit, and none of a later generation', async () => {
    const ids = await enqueue([
      { name: 'stable', version: '1.0', ...targets.on311, needs: [] },
      { name: 'stable', version: '1.0', ...targets.on312, needs: [] },
      { name: 'stable', version: '1.0', ...targets.on313, needs: [] },
    ]);
    const abi3 = createSampleWheel({
      name: 'stable',
      version: '1.0',
      tag: 'cp312-abi3-manylinux_2_28_s390x',
    });
    await worker.publish(abi3, 'stable', '1.0', targets.on312);
    expect(await states(ids)).toEqual(['queued', 'succeeded', 'succeeded']);
    const again = await enqueue([{ name: 'stable', version: '1.0', ...targets.on313, needs: [] }], true);
    const old = createSampleWheel({
      name: 'stable',
      version: '1.0',
      tag: 'cp311-abi3-manylinux_2_28_s390x',
    });
    await worker.publish(old, 'stable', '1.0', targets.on311);
    expect(await states(again)).toEqual(['queued']);
  });
});
