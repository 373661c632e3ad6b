import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  TestWorker,
  type SampleWheel,
  type TestAnswer,
  type TestBody,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const wide = { python_version: '3.12', platform_tag: 'manylinux_2_28_s390x' };
const plain = { python_version: '3.12', platform_tag: 'linux_s390x' };
const pages = {
  wide: '/index/cp312-manylinux_2_28_s390x/simple/',
  plain: '/index/cp312-linux_s390x/simple/',
};

const samples = {
  pure: createSampleWheel({ name: 'hand-pure', requiresPython: '>=3.8', requiresDist: ['hand-needed'] }),
  needed: createSampleWheel({ name: 'hand-needed', version: '2.1' }),
  abi3: createSampleWheel({ name: 'hand-abi', tag: 'cp39-abi3-manylinux_2_17_s390x' }),
  linux: createSampleWheel({ name: 'hand-linux', tag: 'cp312-cp312-linux_s390x' }),
};

describe('wheels that were handed in and are reused', () => {
  let controller: TestController;
  let worker: TestWorker;
  let upstream: FakeIndex;
  beforeAll(async () => {
    // It has nothing: all that is planned and installed here is ours.
    upstream = await FakeIndex.start();
    controller = await startController({
      env: { ARTIFACT_STORE_RESERVE_BYTES: '0', INDEX_URL: upstream.url },
    });
    worker = await TestWorker.enroll(controller);
  });
  afterAll(async () => {
    await controller.close();
    await upstream.close();
  });

  const call = (method: string, path: string, body?: unknown): Promise<TestAnswer> =>
    callController(controller, method, path, controller.adminToken, body);
  const handIn = async (...wheels: readonly SampleWheel[]): Promise<string[]> => {
    const form = new FormData();
    for (const { filename, bytes } of wheels)
      form.append('file', new Blob([new Uint8Array(bytes)]), filename);
    const answer = await fetch(`${controller.url}/api/inputs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${controller.adminToken}` },
      body: form,
    });
    expect(answer.status, answer.ok ? '' : await answer.clone().text()).toBe(201);
    return ((await answer.json()) as TestBody).items.map((item) => String(item['input_id']));
  };
  const plan = async (body: Record<string, unknown>): Promise<TestAnswer> => {
    const answer = await call('POST', '/api/plan/compute', body);
    expect(answer.status, answer.body.detail).toBe(201);
    return answer;
  };
  const listed = async (path: string): Promise<{ filename: string; [field: string]: unknown }[]> => {
    const answer = await fetch(controller.url + path, {
      headers: { accept: 'application/vnd.pypi.simple.v1+json' },
    });
    if (answer.status === 404) return [];
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { files: { filename: string }[] }).files;
  };
  const names = async (path: string): Promise<string[]> =>
    (await listed(path)).map(({ filename }) => filename);
  const count = async (name: string): Promise<number> =>
    (await call('GET', `/api/artifacts?name=${name}`)).body.total;

  it('are served from the enqueue on, as they were handed in, with METADATA (PEP 658)', async () => {
    const inputs = await handIn(samples.pure, samples.needed, samples.abi3);
    const planned = (await plan({ ...wide, input_ids: inputs })).body;
    expect((planned['reuse'] as string[]).toSorted()).toEqual([
      'hand-abi==1.0',
      'hand-needed==2.1',
      'hand-pure==1.0',
    ]);
    expect(await names('/simple/hand-pure/')).toEqual([]);

    const enqueued = await call('POST', `/api/plans/${String(planned['run_id'])}/enqueue`);
    expect([enqueued.status, enqueued.body['state']]).toEqual([200, 'done']);
    const [file] = await listed('/simple/hand-pure/');
    expect(file).toMatchObject({
      filename: samples.pure.filename,
      hashes: { sha256: samples.pure.sha256 },
      size: samples.pure.bytes.length,
      'requires-python': '>=3.8',
      yanked: false,
    });
    expect(await names(`${pages.wide}hand-abi/`)).toEqual([samples.abi3.filename]);
    const place = `${controller.url}/files/${samples.pure.sha256}/${samples.pure.filename}`;
    expect(Buffer.from(await (await fetch(place)).arrayBuffer())).toEqual(samples.pure.bytes);
    expect(await (await fetch(`${place}.metadata`)).text()).toContain('Requires-Dist: hand-needed\n');
    const view = (await call('GET', `/api/artifacts/${samples.pure.sha256}`)).body;
    expect(view).toMatchObject({ attempt_id: null, job_id: null, accepted_at: expect.any(String) as string });
    // The name is ours now: nobody upstream answers for it.
    const project = await controller.database.query('SELECT origin FROM projects WHERE name = $1', [
      'hand-pure',
    ]);
    expect(project).toEqual([{ origin: 'own' }]);

    expect((await call('POST', `/api/plans/${String(planned['run_id'])}/enqueue`)).status).toBe(200);
    expect(await count('hand-pure')).toBe(1);
  });

  it('install with pip from the one index', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'iw-handed-in-'));
    try {
      await run('python3', ['-m', 'venv', join(directory, 'venv')]);
      const options = ['install', '-q', '--isolated', '--no-cache-dir', '--no-compile', '--retries', '0'];
      const where = ['--index-url', `${controller.url}/simple/`, '--target', join(directory, 'got')];
      await run(join(directory, 'venv/bin/python'), ['-m', 'pip', ...options, ...where, 'hand-pure'], {
        env: { PATH: process.env['PATH'], PIP_CONFIG_FILE: '/dev/null' },
      });
      expect(readdirSync(join(directory, 'got')).filter((name) => name.endsWith('.py'))).toEqual([
        'hand_needed.py',
        'hand_pure.py',
      ]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 120_000);

  it('with a plain linux tag are shown under the targets that they were planned for, and nowhere else', async () => {
    const inputs = await handIn(samples.linux);
    await plan({ ...plain, input_ids: inputs, enqueue: true });
    const name = 'hand-linux/';
    expect(await names(pages.plain + name)).toEqual([samples.linux.filename]);
    expect([await names(pages.wide + name), await names(`/simple/${name}`)]).toEqual([[], []]);

    await plan({ ...wide, input_ids: inputs, enqueue: true });
    expect(await names(pages.wide + name)).toEqual([samples.linux.filename]);
    expect(await names(`/simple/${name}`)).toEqual([]);
    expect(await count('hand-linux')).toBe(2);
  });

  it('never bring other bytes under a name that is served: refused with the name, and nothing is written', async () => {
    const tag = 'cp312-cp312-linux_s390x';
    const built = createSampleWheel({ name: 'hand-clash', tag });
    const target = { python_tag: 'cp312', platform_tag: 'linux_s390x' };
    await worker.publish(built, 'hand-clash', '1.0', target);
    const other = createSampleWheel({ name: 'hand-clash', tag, module: 'other = True\n' });
    const fine = createSampleWheel({ name: 'hand-fine' });
    const inputs = await handIn(other, fine);
    const runId = String((await plan({ ...wide, input_ids: inputs })).body['run_id']);
    const refused = await call('POST', `/api/plans/${runId}/enqueue`);
    expect([refused.status, refused.body.error]).toEqual([409, 'ARTIFACT_NAME_TAKEN']);
    expect(refused.body.detail).toContain(built.filename);
    expect(refused.body['served_sha256']).toBe(built.sha256);
    expect((await call('GET', `/api/plans/${runId}`)).body['state']).toBe('planned');
    expect([await count('hand-clash'), await count('hand-fine')]).toEqual([1, 0]);
    expect(await names('/simple/hand-fine/')).toEqual([]);
  });

  it('are found by later plans, and are never taken for wheels that we built', async () => {
    const found = (await plan({ ...wide, requirements: ['hand-abi==1.0'], enqueue: true })).body;
    expect(found['nodes']).toMatchObject([{ verdict: 'reuse', source: { origin: 'input' } }]);
    expect(await count('hand-abi')).toBe(1);
    const stranger = `hand-abi==1.0 --hash=sha256:${'0'.repeat(64)}`;
    // Not the bytes that are asked for; one that we built would do, since its bytes are others by nature.
    const missing = (await plan({ ...wide, requirements: [stranger] })).body;
    expect(missing['nodes']).toMatchObject([{ verdict: 'missing' }]);
  });

  it('with more METADATA than is kept in memory at once are refused together', async () => {
    // Of one letter only, it would be refused as a zip bomb before.
    const filler = randomBytes((9 * 1024 * 1024) / 2).toString('hex');
    const wheels = Array.from({ length: 8 }, (_, at) =>
      createSampleWheel({ name: `hand-large-${at}`, requiresDist: [`hand-needed\nSummary: ${filler}`] }),
    );
    const inputs = await handIn(...wheels);
    const refused = await call('POST', '/api/plan/compute', { ...wide, input_ids: inputs, enqueue: true });
    expect([refused.status, refused.body.error]).toEqual([413, 'REQUEST_TOO_LARGE']);
    expect(await count('hand-large-0')).toBe(0);
  });

  it('that were yanked stay so when they come again', async () => {
    const wheel = createSampleWheel({ name: 'hand-yanked', tag: 'cp312-cp312-linux_s390x' });
    await plan({ ...plain, input_ids: await handIn(wheel), enqueue: true });
    expect((await call('POST', `/api/artifacts/${wheel.sha256}/yank`, { reason: 'broken' })).status).toBe(
      200,
    );
    await plan({ ...wide, input_ids: await handIn(wheel), enqueue: true });
    for (const page of [pages.plain, pages.wide])
      expect(await listed(`${page}hand-yanked/`)).toMatchObject([{ yanked: 'broken' }]);
  });
});
