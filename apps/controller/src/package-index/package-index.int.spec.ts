import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  TestWorker,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, IndexPages, jsonType, namesOf } from '../../test/index-pages.ts';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const linux = { python_tag: 'cp312', platform_tag: 'linux_s390x' };
const targetPath = '/index/cp312-manylinux_2_28_s390x/simple/';

const samples = {
  pure: createSampleWheel({ name: 'index-pure', requiresPython: '>=3.8' }),
  newer: createSampleWheel({ name: 'index-pure', version: '1.10' }),
  native: createSampleWheel({
    name: 'index-native',
    tag: 'cp312-cp312-manylinux_2_17_s390x.manylinux2014_s390x',
  }),
  abi3: createSampleWheel({ name: 'index-native', version: '2.0', tag: 'cp39-abi3-manylinux_2_28_s390x' }),
  other: createSampleWheel({ name: 'index-native', tag: 'cp313-cp313-manylinux_2_28_s390x' }),
  plain: createSampleWheel({ name: 'index-linux', tag: 'cp312-cp312-linux_s390x' }),
};

describe('package index', () => {
  let upstream: FakeIndex;
  let controller: TestController;
  let worker: TestWorker;
  beforeAll(async () => {
    upstream = await FakeIndex.start();
    controller = await startController({
      env: {
        ARTIFACT_STORE_RESERVE_BYTES: '0',
        INDEX_URL: upstream.url,
        INDEX_UPSTREAM_TTL_S: '0',
        PYTHON_VERSION: '3.12',
        PLATFORM_TAG: target.platform_tag,
      },
    });
    worker = await TestWorker.enroll(controller);
    await worker.publish(samples.pure, 'index-pure', '1.0', target);
    await worker.publish(samples.newer, 'index-pure', '1.10', target);
    await worker.publish(samples.native, 'index-native', '1.0', target);
    await worker.publish(samples.abi3, 'index-native', '2.0', target);
    await worker.publish(samples.other, 'index-native', '1.0', { ...target, python_tag: 'cp313' });
    await worker.publish(samples.plain, 'index-linux', '1.0', linux);
  });
  afterAll(async () => {
    await controller.close();
    await upstream.close();
  });

  const { get, getJson } = new IndexPages(() => controller);

  it('lists projects and files by PEP 503 and PEP 691', async () => {
    const root = await getJson('/simple/');
    expect(root.projects).toEqual([{ name: 'index-native' }, { name: 'index-pure' }]);
    const page = await getJson('/simple/index-pure/');
    expect(page).toMatchObject({
      meta: { 'api-version': '1.1' },
      versions: ['1.0', '1.10'],
      files: [
        {
          filename: samples.pure.filename,
          url: `../../files/${samples.pure.sha256}/${samples.pure.filename}`,
          hashes: { sha256: samples.pure.sha256 },
          'requires-python': '>=3.8',
          size: samples.pure.bytes.length,
          yanked: false,
          'core-metadata': { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        },
        { filename: samples.newer.filename },
      ],
    });
    const html = await get('/simple/index-pure/');
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html.text).toContain(`#sha256=${samples.pure.sha256}" data-requires-python="&gt;=3.8"`);
    expect((await get('/simple/')).text).toContain('<a href="index-pure/">index-pure</a>');
  });

  it('negotiates the form, and has an entity tag for each', async () => {
    const typed = async (accept: string) =>
      (await get('/simple/index-pure/', { accept })).headers.get('content-type');
    expect(await typed(jsonType.accept)).toBe('application/vnd.pypi.simple.v1+json');
    expect(await typed('application/vnd.pypi.simple.v1+html')).toBe('application/vnd.pypi.simple.v1+html');
    const refused = await get('/simple/index-pure/', { accept: 'image/png' });
    expect(refused.status).toBe(406);
    expect(errorOf(refused.text)).toBe('INDEX_FORMAT_UNSUPPORTED');
    const page = await get('/simple/index-pure/', jsonType);
    expect(page.headers.get('vary')).toBe('Accept');
    const tag = page.headers.get('etag')!;
    const again = await get('/simple/index-pure/', { ...jsonType, 'if-none-match': `"x", W/${tag}` });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect((await get('/simple/index-pure/', { 'if-none-match': tag })).status).toBe(200);
    const head = await get('/simple/index-pure/', jsonType, 'HEAD');
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers.get('etag')).toBe(tag);
  });

  it.each([
    ['/simple', 'simple/'],
    ['/simple/index-pure', 'index-pure/'],
    ['/simple/Index_Pure', 'index-pure/'],
    ['/simple/Index.Pure/', '../index-pure/'],
    ['/index/cp312-manylinux_2_28_s390x/simple', 'simple/'],
    [`${targetPath}Index_Pure/`, '../index-pure/'],
  ])('redirects %s to its one name', async (path, location) => {
    const answer = await get(path);
    expect(answer.status).toBe(301);
    expect(answer.headers.get('location')).toBe(location);
    expect((await fetch(controller.url + path)).status).toBe(200);
  });

  it('shows under a target what runs there, best first, and plain linux wheels under their own target only', async () => {
    expect(namesOf(await getJson('/simple/index-native/')).sort()).toEqual(
      [samples.native, samples.other, samples.abi3].map((wheel) => wheel.filename).sort(),
    );
    expect(namesOf(await getJson(`${targetPath}index-native/`))).toEqual([
      samples.native.filename,
      samples.abi3.filename,
    ]);
    expect(namesOf(await getJson('/index/cp310-manylinux_2_39_s390x/simple/index-native/'))).toEqual([
      samples.abi3.filename,
    ]);
    for (const path of [
      '/simple/index-linux/',
      `${targetPath}index-linux/`,
      '/index/cp311-linux_s390x/simple/index-linux/',
    ]) {
      const answer = await get(path);
      expect(answer.status, path).toBe(404);
      expect(errorOf(answer.text)).toBe('INDEX_PROJECT_NOT_FOUND');
    }
    const page = await getJson('/index/cp312-linux_s390x/simple/index-linux/');
    expect(namesOf(page)).toEqual([samples.plain.filename]);
    const file = await fetch(
      new URL(page.files[0]!.url, `${controller.url}/index/cp312-linux_s390x/simple/index-linux/`),
    );
    expect(Buffer.from(await file.arrayBuffer()).equals(samples.plain.bytes)).toBe(true);
    expect((await getJson('/index/cp312-linux_s390x/simple/')).projects).toContainEqual({
      name: 'index-linux',
    });
    expect((await getJson(targetPath)).projects).toEqual([{ name: 'index-native' }, { name: 'index-pure' }]);
  });

  it('serves files with ranges, for ever, and as nothing that a browser would run', async () => {
    const path = `/files/${samples.pure.sha256}/${samples.pure.filename}`;
    const whole = await fetch(controller.url + path);
    expect(Buffer.from(await whole.arrayBuffer()).equals(samples.pure.bytes)).toBe(true);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(samples.pure.bytes.length),
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      etag: `"${samples.pure.sha256}"`,
      'x-content-type-options': 'nosniff',
    });
    const range = async (value: string, more: Record<string, string> = {}) => {
      const answer = await fetch(controller.url + path, { headers: { range: value, ...more } });
      return {
        status: answer.status,
        range: answer.headers.get('content-range'),
        bytes: Buffer.from(await answer.arrayBuffer()),
      };
    };
    const { length } = samples.pure.bytes;
    expect(await range('bytes=10-19')).toEqual({
      status: 206,
      range: `bytes 10-19/${length}`,
      bytes: samples.pure.bytes.subarray(10, 20),
    });
    expect(await range('bytes=-22')).toMatchObject({ status: 206, bytes: samples.pure.bytes.subarray(-22) });
    expect(await range(`bytes=${length}-`)).toMatchObject({ status: 416, range: `bytes */${length}` });
    expect(await range('bytes=0-1', { 'if-range': '"other"' })).toMatchObject({ status: 200 });
    expect(await range('bytes=0-1', { 'if-range': `"${samples.pure.sha256}"` })).toMatchObject({
      status: 206,
    });
    expect((await get(path, { 'if-none-match': `"${samples.pure.sha256}"` })).status).toBe(304);
    const head = await get(path, {}, 'HEAD');
    expect(head.headers.get('content-length')).toBe(String(length));
    const underTarget = await get(`/index/cp312-manylinux_2_28_s390x${path}`, {}, 'HEAD');
    expect(underTarget.status).toBe(200);
  });

  it('serves METADATA beside the file with the digest that the page states (PEP 658)', async () => {
    const [file] = (await getJson('/simple/index-pure/')).files;
    const metadata = await get(`/files/${samples.pure.sha256}/${samples.pure.filename}.metadata`);
    expect(metadata.text).toContain('Name: index-pure\n');
    expect(metadata.headers.get('etag')).toBe(`"${(file!['core-metadata'] as { sha256: string }).sha256}"`);
  });

  it('marks yanked files and tells at once (PEP 592)', async () => {
    const before = (await get('/simple/index-pure/', jsonType)).headers.get('etag')!;
    const yank = (verb: string, body?: unknown) =>
      callController(
        controller,
        'POST',
        `/api/artifacts/${samples.newer.sha256}/${verb}`,
        controller.adminToken,
        body,
      );
    await yank('yank', { reason: 'breaks <everything>' });
    expect((await getJson('/simple/index-pure/')).files[1]).toMatchObject({ yanked: 'breaks <everything>' });
    expect((await get('/simple/index-pure/')).text).toContain('data-yanked="breaks &lt;everything&gt;"');
    expect((await get('/simple/index-pure/', { ...jsonType, 'if-none-match': before })).status).toBe(200);
    await yank('unyank');
    expect((await get('/simple/index-pure/', { ...jsonType, 'if-none-match': before })).status).toBe(304);
  });

  it('shows nothing before the result of the attempt is accepted', async () => {
    const wheel = createSampleWheel({ name: 'index-pending' });
    const claim = await worker.claim('index-pending', '1.0', target);
    await worker.upload(claim, wheel);
    expect((await get('/simple/index-pending/')).status).toBe(404);
    expect((await get(`/files/${wheel.sha256}/${wheel.filename}`)).status).toBe(404);
    await worker.report(claim, [wheel]);
    expect((await get('/simple/index-pending/')).status).toBe(200);
    expect((await get(`/files/${wheel.sha256}/${samples.pure.filename}`)).status).toBe(404);
  });

  it('answers malformed requests with a stable code, never with 5xx, and writes nothing', async () => {
    const count = async () =>
      controller.database.query('SELECT name, origin, serial FROM projects ORDER BY name');
    const before = await count();
    const asked = upstream.requests.length;
    const digest = samples.pure.sha256;
    const paths = [
      '/simple/..%2f..%2fetc%2fpasswd/',
      '/simple/%2e%2e/',
      '/simple/a%00b/',
      '/simple/a/b/',
      '/simple//',
      '/simple/-a/',
      '/simple/a-/',
      '/simple/%E0%A4%A/',
      `/simple/${'a'.repeat(300)}/`,
      '/simple/a b/',
      '/simple/a%0d%0aSet-Cookie:x=1/',
      '/simple/<script>/',
      "/simple/'/",
      '/simple/index-pure//',
      '/simple/index-pure/x',
      '/simple/%25/',
      '/simple/é/',
      '/index/x/simple/',
      '/index/cp312/simple/',
      '/index/cp312-/simple/',
      '/index/cp312-any/simple/',
      '/index/py3-none-any/simple/',
      '/index/cp37-linux_s390x/simple/',
      '/index/cp312-manylinux_9_99_s390x/simple/',
      '/index/cp312-linux_pdp11/simple/',
      '/index/cp999-linux_s390x/simple/',
      '/index/..%2f/simple/',
      `/index/cp312-${'a'.repeat(200)}/simple/`,
      '/index/cp312-linux_s390x/',
      '/index/cp312-win_amd64/simple/x/',
      '/index/cp312t-linux_s390x/simple/',
      '/files/x/y',
      `/files/${digest}/`,
      `/files/${digest}`,
      `/files/${digest.toUpperCase()}/${samples.pure.filename}`,
      `/files/${digest}/..%2f..%2fetc`,
      `/files/${digest}/a%00b`,
      `/files/${digest}/${samples.pure.filename}%0a`,
      `/files/${'0'.repeat(64)}/${samples.pure.filename}`,
      `/files/${digest}/other.whl`,
      `/files/${digest}/.metadata`,
      `/files/${digest}/${samples.pure.filename}.metadata.metadata`,
      `/files/${digest}/${'x'.repeat(290)}`,
      '/files/%E0%A4%A/x',
      `/files/${digest}/${samples.pure.filename}/more`,
      '/api/projects?limit=0',
      '/api/projects?x=1',
      '/files',
      '/index',
    ];
    const answers = [
      ...(await Promise.all(
        paths.map((path) => get(path, { authorization: `Bearer ${controller.adminToken}` })),
      )),
      await get('/simple/index-pure/', {}, 'POST'),
      await get('/simple/index-pure/', {}, 'DELETE'),
      await get(`/files/${digest}/${samples.pure.filename}`, {}, 'PUT'),
      await get('/simple/index-pure/', { accept: 'x'.repeat(5000) }),
      await get('/simple/index-pure/', { accept: ';;;,,,q=' }),
    ];
    expect(answers.length).toBeGreaterThan(50);
    for (const [index, answer] of answers.entries()) {
      const where = `${paths[index] ?? index}: ${answer.text}`;
      expect(answer.status, where).toBeGreaterThanOrEqual(400);
      expect(answer.status, where).toBeLessThan(500);
      expect(errorOf(answer.text), where).toMatch(/^[A-Z_]+$/);
    }
    for (const body of [
      undefined,
      {},
      [],
      { origin: 'x' },
      { origin: 'own', more: 1 },
      { origin: 'own', reason: 5 },
      { origin: 'own', reason: '\u0000' },
    ]) {
      const answer = await callController(
        controller,
        'PUT',
        '/api/projects/index-pure/origin',
        controller.adminToken,
        body,
      );
      expect(answer.status, JSON.stringify(body)).toBe(400);
    }
    for (const name of ['..', '%00', '-', 'a%2fb', 'x'.repeat(250)]) {
      const answer = await callController(
        controller,
        'PUT',
        `/api/projects/${name}/origin`,
        controller.adminToken,
        { origin: 'own' },
      );
      expect(answer.status, name).toBeGreaterThanOrEqual(400);
      expect(answer.status, name).toBeLessThan(500);
    }
    expect(await count()).toEqual(before);
    expect(upstream.requests.length).toBe(asked);
  });
});
