import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

let index: FakeIndex;
let controller: TestController;
beforeAll(async () => {
  index = await FakeIndex.start();
  index.add('app', createSampleWheel({ name: 'app', version: '1.0' }));
  controller = await startController({ env: { INDEX_URL: index.url, INDEX_CACHE_MIN_FRESH_S: '600' } });
});
afterAll(async () => {
  await controller.close();
  await index.close();
});

const plan = async (rules: Record<string, unknown> = {}): Promise<unknown> => {
  const body = { requirements: ['app'], python_version: '3.12', platform_tag: 'manylinux_2_28_s390x' };
  const answer = await callController(controller, 'POST', '/api/plan/compute', controller.adminToken, {
    ...body,
    ...rules,
  });
  const [node] = (answer.body['nodes'] ?? []) as { version?: string }[];
  return node?.version ?? answer.body['error'];
};

it('a plan sees a new release when it asks afresh, and that the index is gone', async () => {
  expect(await plan()).toBe('1.0');
  index.add('app', createSampleWheel({ name: 'app', version: '2.0' }));
  expect(await plan()).toBe('1.0');
  expect(await plan({ refresh: true })).toBe('2.0');
  expect(await plan()).toBe('2.0');
  await index.close();
  expect(await plan()).toBe('2.0');
  expect(await plan({ refresh: true })).toBe('PLAN_INDEX_UNREACHABLE');
});
