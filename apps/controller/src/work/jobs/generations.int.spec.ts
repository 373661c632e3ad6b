import { createSampleWheel, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const on311 = { python_tag: 'cp311', platform_tag: 'manylinux_2_28_x86_64' };
const on312 = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_x86_64' };

describe('generations', () => {
  let controller: TestController;
  let worker: TestWorker;
  beforeAll(async () => {
    controller = await startController();
    worker = await TestWorker.enroll(controller);
  });
  afterAll(() => controller.close());

  it('a build for another Python does not take the file name of a pure wheel that is served', async () => {
    await worker.publish(createSampleWheel({ name: 'pure', version: '1.0' }), 'pure', '1.0', on311);
    const claim = await worker.claim('pure', '1.0', on312);
    expect(claim.job.generation).toBe(2);
    const other = createSampleWheel({ name: 'pure', version: '1.0', buildTag: '2', module: 'two = 2\n' });
    expect((await worker.upload(claim, other)).status).toBe(200);
    expect((await worker.report(claim, [other])).status).toBe(200);
  });

  it('wheels of one release for two Pythons are two first generations', async () => {
    const native = createSampleWheel({
      name: 'native',
      version: '1.0',
      tag: 'cp311-cp311-manylinux_2_28_x86_64',
    });
    await worker.publish(native, 'native', '1.0', on311);
    expect((await worker.claim('native', '1.0', on312)).job.generation).toBe(1);
  });
});
