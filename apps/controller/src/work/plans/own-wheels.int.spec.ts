import { createHash } from 'node:crypto';
import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  TestWorker,
  type SampleWheel,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const wide = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const plain = { python_tag: 'cp312', platform_tag: 'linux_s390x' };

const samples = {
  pure: createSampleWheel({ name: 'own-pure' }),
  abi3: createSampleWheel({ name: 'own-abi', tag: 'cp39-abi3-manylinux_2_28_s390x' }),
  linux: createSampleWheel({ name: 'own-linux', tag: 'cp312-cp312-linux_s390x' }),
  sound: createSampleWheel({ name: 'own-yanked', version: '1.0' }),
  yanked: createSampleWheel({ name: 'own-yanked', version: '2.0' }),
};
/** It is planned all the same, without what it needs. */
const brokenSdist = Buffer.from('no sdist');
const sdist = (name: string, version: string): SampleWheel => ({
  filename: `${name.replaceAll('-', '_')}-${version}.tar.gz`,
  bytes: brokenSdist,
  sha256: createHash('sha256').update(brokenSdist).digest('hex'),
});

describe('plans and the wheels of our own', () => {
  let index: FakeIndex;
  let controller: TestController;
  beforeAll(async () => {
    index = await FakeIndex.start();
    for (const name of ['own-pure', 'own-abi', 'own-linux', 'own-yanked'])
      index.add(name, sdist(name, '1.0'));
    index.add('own-yanked', sdist('own-yanked', '1.5'));
    controller = await startController({ env: { ARTIFACT_STORE_RESERVE_BYTES: '0', INDEX_URL: index.url } });
    const worker = await TestWorker.enroll(controller);
    await worker.publish(samples.pure, 'own-pure', '1.0', wide);
    await worker.publish(samples.abi3, 'own-abi', '1.0', wide);
    await worker.publish(samples.linux, 'own-linux', '1.0', plain);
    await worker.publish(samples.sound, 'own-yanked', '1.0', wide);
    await worker.publish(samples.yanked, 'own-yanked', '2.0', wide);
    const path = `/api/artifacts/${samples.yanked.sha256}/yank`;
    await callController(controller, 'POST', path, controller.adminToken, { reason: 'broken' });
  });
  afterAll(async () => {
    await controller.close();
    await index.close();
  });

  /** `verdict origin version` of the one node. */
  const verdict = async (
    requirement: string,
    target: { readonly python_version?: string; readonly platform_tag?: string } = {},
  ): Promise<string> => {
    const answer = await callController(controller, 'POST', '/api/plan/compute', controller.adminToken, {
      python_version: '3.12',
      platform_tag: wide.platform_tag,
      requirements: [requirement],
      ...target,
    });
    expect(answer.status, answer.body.detail).toBe(201);
    const [node] = answer.body['nodes'] as {
      verdict: string;
      version: string;
      source?: { origin: string };
    }[];
    return `${node?.verdict ?? 'none'} ${node?.source?.origin ?? 'nothing'} ${node?.version ?? ''}`;
  };

  it.each([
    ['a pure wheel, for any interpreter and platform', 'own-pure', { python_version: '3.14' }],
    ['a pure wheel, elsewhere', 'own-pure', { platform_tag: 'musllinux_1_2_x86_64' }],
    ['an abi3 wheel, for a later interpreter', 'own-abi', { python_version: '3.13' }],
    [
      'a plain linux wheel, for the target that it was built for',
      'own-linux',
      { platform_tag: 'linux_s390x' },
    ],
  ])('reuse %s', async (_what, name, target) => {
    expect(await verdict(name, target)).toBe('reuse own 1.0');
  });

  it.each([
    ['an abi3 wheel on another machine', 'own-abi', { platform_tag: 'manylinux_2_28_x86_64' }],
    ['an abi3 wheel with an older C library', 'own-abi', { platform_tag: 'manylinux_2_17_s390x' }],
    ['a plain linux wheel for another target of the same machine', 'own-linux', {}],
  ])('do not reuse %s', async (_what, name, target) => {
    expect(await verdict(name, target)).toBe('build index 1.0');
  });

  it('take a yanked wheel only where its version is named exactly (PEP 592)', async () => {
    expect(await verdict('own-yanked')).toBe('build index 1.5');
    expect(await verdict('own-yanked>=1.6,<3')).toBe('missing nothing 2.0');
    expect(await verdict('own-yanked<1.5')).toBe('reuse own 1.0');
    expect(await verdict('own-yanked==2.0')).toBe('reuse own 2.0');
  });
});
