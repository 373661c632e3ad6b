import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  TestWorker,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, IndexPages, namesOf } from '../../test/index-pages.ts';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const targetPath = '/index/cp312-manylinux_2_28_s390x/simple/';

const samples = {
  pure: createSampleWheel({ name: 'index-pure' }),
  newer: createSampleWheel({ name: 'index-pure', version: '1.10' }),
};

describe('package index with an upstream', () => {
  let upstream: FakeIndex;
  let controller: TestController;
  let worker: TestWorker;
  beforeAll(async () => {
    upstream = await FakeIndex.start();
    controller = await startController({
      env: { ARTIFACT_STORE_RESERVE_BYTES: '0', INDEX_URL: upstream.url, INDEX_UPSTREAM_TTL_S: '0' },
    });
    worker = await TestWorker.enroll(controller);
    await worker.publish(samples.pure, 'index-pure', '1.0', target);
    await worker.publish(samples.newer, 'index-pure', '1.10', target);
    upstream.add('up-pure', createSampleWheel({ name: 'up-pure' }));
    upstream.add(
      'up-native',
      createSampleWheel({ name: 'up-native', tag: 'cp312-cp312-manylinux_2_17_x86_64' }),
      createSampleWheel({ name: 'up-native', tag: 'cp312-cp312-manylinux_2_17_s390x' }),
    );
    upstream.add(
      'index-pure',
      createSampleWheel({ name: 'index-pure', version: '99.0', module: 'evil = True' }),
    );
  });
  afterAll(async () => {
    await controller.close();
    await upstream.close();
  });

  const { get, getJson } = new IndexPages(() => controller);

  const setOrigin = (name: string, origin: string) =>
    callController(controller, 'PUT', `/api/projects/${name}/origin`, controller.adminToken, { origin });
  const asked = (project: string): number =>
    upstream.requests.filter((path) => path === `/simple/${project}/`).length;

  it('passes a project through that is not ours, with absolute URLs and digests', async () => {
    const page = await getJson('/simple/up-pure/');
    expect(page.files).toMatchObject([
      { filename: 'up_pure-1.0-py3-none-any.whl', hashes: { sha256: expect.any(String) as string } },
    ]);
    expect(page.files[0]!.url.startsWith(new URL('/files/', upstream.url).href)).toBe(true);
    expect(page.meta['api-version']).toBe('1.0');
    expect(namesOf(await getJson(`${targetPath}up-native/`))).toEqual([
      'up_native-1.0-cp312-cp312-manylinux_2_17_s390x.whl',
    ]);
  });

  it('never asks upstream for a name of ours, nor for one that only has a job', async () => {
    expect(namesOf(await getJson('/simple/index-pure/'))).not.toContain('index_pure-99.0-py3-none-any.whl');
    expect(asked('index-pure')).toBe(0);
    upstream.add('only-wanted', createSampleWheel({ name: 'only-wanted', module: 'evil = True' }));
    expect((await get('/simple/only-wanted/')).status).toBe(200);
    const claim = await worker.claim('only-wanted', '1.0', target);
    const before = asked('only-wanted');
    expect((await get('/simple/Only.Wanted/')).status).toBe(301);
    expect((await get('/simple/only-wanted/')).status).toBe(404);
    await worker.report(claim, []);
    expect((await get('/simple/only-wanted/')).status).toBe(404);
    expect(asked('only-wanted')).toBe(before);
  });

  it('opens a name only by the word of an administrator, who can join the two', async () => {
    const operator = await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
      name: 'op',
      role: 'operator',
    });
    const path = '/api/projects/index-pure/origin';
    expect(
      (await callController(controller, 'PUT', path, operator.body.token, { origin: 'both' })).status,
    ).toBe(403);
    expect((await setOrigin('Index_Pure', 'both')).body).toMatchObject({
      name: 'index-pure',
      origin: 'both',
    });
    expect(namesOf(await getJson('/simple/index-pure/'))).toEqual([
      samples.pure.filename,
      samples.newer.filename,
      'index_pure-99.0-py3-none-any.whl',
    ]);
    await setOrigin('index-pure', 'upstream');
    expect(namesOf(await getJson('/simple/index-pure/'))).toEqual(['index_pure-99.0-py3-none-any.whl']);
    await setOrigin('index-pure', 'own');
    expect(namesOf(await getJson('/simple/index-pure/'))).toHaveLength(2);
    const listed = await callController(controller, 'GET', '/api/projects', controller.adminToken);
    expect(listed.body.items).toContainEqual(expect.objectContaining({ name: 'index-pure', origin: 'own' }));
  });

  it('says 404 for what nobody has, 502 when upstream does not answer, and serves an older page meanwhile', async () => {
    const missing = await get('/simple/nobody-has-it/');
    expect(missing.status).toBe(404);
    expect(errorOf(missing.text)).toBe('INDEX_PROJECT_NOT_FOUND');
    await getJson('/simple/up-pure/');
    upstream.isUp = false;
    const unknown = await get('/simple/never-asked/');
    expect(unknown.status).toBe(502);
    expect(errorOf(unknown.text)).toBe('INDEX_UPSTREAM_UNREACHABLE');
    expect(namesOf(await getJson('/simple/up-pure/'))).toEqual(['up_pure-1.0-py3-none-any.whl']);
    expect(namesOf(await getJson('/simple/index-pure/'))).toHaveLength(2);
    upstream.isUp = true;
  });
});
