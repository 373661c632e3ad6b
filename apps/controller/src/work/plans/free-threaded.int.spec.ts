import { createHash, randomUUID } from 'node:crypto';
import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  TestWorker,
  type TestAnswer,
  type TestClaim,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const platform = 'manylinux_2_28_s390x';
const ordinary = { python_tag: 'cp314', platform_tag: platform };
const threaded = { python_tag: 'cp314t', platform_tag: platform };
/** It is planned all the same, without what it needs. */
const brokenSdist = Buffer.from('no sdist');
const native = createSampleWheel({ name: 'native', tag: `cp314-cp314-${platform}` });
const free = createSampleWheel({ name: 'free', tag: `cp314-cp314t-${platform}` });

describe('a free-threaded target', () => {
  let index: FakeIndex;
  let controller: TestController;
  let worker: TestWorker;
  beforeAll(async () => {
    index = await FakeIndex.start();
    index.add('native', {
      filename: 'native-1.0.tar.gz',
      bytes: brokenSdist,
      sha256: createHash('sha256').update(brokenSdist).digest('hex'),
    });
    controller = await startController({ env: { ARTIFACT_STORE_RESERVE_BYTES: '0', INDEX_URL: index.url } });
    worker = await TestWorker.enroll(controller);
    await worker.publish(native, 'native', '1.0', ordinary);
  });
  afterAll(async () => {
    await controller.close();
    await index.close();
  });

  const plan = async (pythonVersion: string, name: string, enqueue = false): Promise<TestAnswer> => {
    const answer = await callController(controller, 'POST', '/api/plan/compute', controller.adminToken, {
      python_version: pythonVersion,
      platform_tag: platform,
      requirements: [name],
      no_deps: true,
      enqueue,
    });
    expect(answer.status, answer.body.detail).toBe(201);
    return answer;
  };
  const claim = async (...pythonTags: string[]): Promise<TestClaim[]> => {
    const answer = await worker.post(`/api/workers/${worker.id}/claim-next`, {
      capabilities: { python_tags: pythonTags, platform_tags: [platform], runner: 'stub', free_slots: 1 },
      claim_key: randomUUID(),
    });
    return (answer.body['claims'] ?? []) as TestClaim[];
  };
  const page = async (pythonTag: string, name: string): Promise<string> =>
    (await fetch(`${controller.url}/index/${pythonTag}-${platform}/simple/${name}/`)).text();

  it('takes no wheel of the ordinary build; its jobs are for workers that have its interpreter', async () => {
    expect((await plan('3.14', 'native')).body['nodes']).toMatchObject([{ verdict: 'reuse' }]);
    const { body } = await plan('3.14t', 'native', true);
    expect(body['python_tag']).toBe('cp314t');
    expect(body['plan']).toMatchObject([{ name: 'native', action: 'build', python_tag: 'cp314t' }]);
    expect(await claim('cp314', 'cp313t')).toEqual([]);
    expect(await claim('cp314', 'cp314t')).toMatchObject([{ job: { name: 'native', ...threaded } }]);
  });

  it('has pages of its own and reuses the wheels of its own build, which the ordinary one does not', async () => {
    await worker.publish(free, 'free', '1.0', threaded);
    expect(await page('cp314t', 'free')).toContain(free.filename);
    expect(await page('cp314', 'free')).not.toContain(free.filename);
    expect(await page('cp314', 'native')).toContain(native.filename);
    expect(await page('cp314t', 'native')).not.toContain(native.filename);
    expect((await plan('3.14t', 'free')).body['nodes']).toMatchObject([
      { verdict: 'reuse', source: { filename: free.filename } },
    ]);
    expect((await plan('3.14', 'free')).body['nodes']).toMatchObject([{ verdict: 'missing' }]);
  });
});
