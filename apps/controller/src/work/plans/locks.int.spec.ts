import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSampleWheel, FakeIndex, startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface WireBody {
  readonly error: string;
  readonly detail: string;
  readonly run_id: string;
  readonly issues: readonly { path: string; message: string }[];
  readonly items: readonly { input_id: string; kind: string; filename: string; sha256: string }[];
  readonly nodes: readonly { name: string; verdict: string; source?: { filename: string } }[];
  readonly notes?: readonly string[];
}

interface Call {
  readonly method?: string;
  readonly body?: FormData | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const samples = {
  pure: createSampleWheel({ name: 'lock-pure', version: '1.0' }),
  extra: createSampleWheel({ name: 'lock-extra', version: '2.0' }),
  lied: createSampleWheel({ name: 'lock-lied', version: '1.0' }),
};
const otherDigest = 'd'.repeat(64);

describe('lock files', () => {
  let controller: TestController;
  let index: FakeIndex;
  beforeAll(async () => {
    index = await FakeIndex.start();
    for (const [name, wheel] of Object.entries(samples)) index.add(`lock-${name}`, wheel);
    controller = await startController({
      env: { INDEX_URL: index.url, PYTHON_VERSION: '3.12', PLATFORM_TAG: 'manylinux_2_28_s390x' },
    });
  });
  afterAll(async () => {
    await controller.close();
    await index.close();
  });

  const request = (path: string, init: Call = {}): Promise<Response> =>
    fetch(controller.url + path, {
      ...init,
      headers: { authorization: `Bearer ${controller.adminToken}`, ...init.headers },
    });
  const read = async (response: Response) => ({
    status: response.status,
    body: (await response.json()) as WireBody,
  });
  const handIn = async (...files: [string, string][]) => {
    const form = new FormData();
    for (const [name, text] of files) form.append('file', new Blob([text]), name);
    return read(await request('/api/inputs', { method: 'POST', body: form }));
  };
  const compute = async (body: unknown) =>
    read(
      await request('/api/plan/compute', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    );
  const plan = async (text: string, rules: object = {}) => {
    const handed = await handIn(['uv.lock', text]);
    expect(handed.status, handed.body.detail).toBe(201);
    return compute({ input_ids: handed.body.items.map((item) => item.input_id), ...rules });
  };
  const fileUrl = (name: string): string => new URL(`../files/${name}`, index.url).href;
  const entry = (name: string, version: string, filename: string, sha256: string | null): string =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "${index.url}" }\n` +
    `wheels = [{ url = "${fileUrl(filename)}"${sha256 === null ? '' : `, hash = "sha256:${sha256}"`} }]\n\n`;
  const uvLock = (liedSha256: string): string =>
    `version = 1\nrequires-python = ">=3.9"\n\n[[package]]\nname = "demo"\nversion = "0"\n` +
    `source = { virtual = "." }\ndependencies = [{ name = "lock-pure" }, { name = "lock-lied" }]\n\n` +
    `[package.optional-dependencies]\nmore = [{ name = "lock-extra" }]\n\n` +
    entry('lock-pure', '1.0', samples.pure.filename, samples.pure.sha256) +
    entry('lock-extra', '2.0', samples.extra.filename, samples.extra.sha256) +
    entry('lock-lied', '1.0', samples.lied.filename, liedSha256);
  const sound = (): string => uvLock(samples.lied.sha256);

  it('are planned for the target, with the extras that are chosen', async () => {
    const planned = await plan(sound());
    expect(planned.status, planned.body.detail).toBe(201);
    const names = (body: WireBody): string[] => body.nodes.map(({ name }) => name).toSorted();
    expect(names(planned.body)).toEqual(['lock-lied', 'lock-pure']);
    expect(planned.body.nodes.every(({ verdict }) => verdict === 'reuse')).toBe(true);
    expect(planned.body.notes?.join('\n')).toContain('demo');
    expect(names((await plan(sound(), { extras: ['more'] })).body)).toContain('lock-extra');
  });

  it('are read as well when they are too large to be read beside other requests', async () => {
    const large = `${'# a lock of many packages\n'.repeat(20_000)}${sound()}`;
    const planned = await plan(large);
    expect(planned.status, planned.body.detail).toBe(201);
    expect(planned.body.nodes.map(({ name }) => name).toSorted()).toEqual(['lock-lied', 'lock-pure']);
    const refused = await handIn(['uv.lock', `${large}\nbroken = "`]);
    expect([refused.status, refused.body.error]).toEqual([422, 'INPUT_INVALID']);
    expect(refused.body.detail).toMatch(/uv\.lock:20\d+:\d+: it is not TOML/);
  });

  it('give wheels that the controller passes on, whole and checked', async () => {
    const { run_id: run } = (await plan(sound())).body;
    const answer = await request(`/api/plans/${run}/wheels/${samples.pure.filename}`);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(samples.pure.bytes);
    expect(await readdir(join(controller.dataDirectory, 'passing'))).toEqual([]);
  });

  it('that lie about a digest give no byte of what lies there', async () => {
    const { run_id: run } = (await plan(uvLock(otherDigest))).body;
    const path = `/api/plans/${run}/wheels/${samples.lied.filename}`;
    const refused = await read(await request(path));
    expect([refused.status, refused.body.error]).toEqual([422, 'ARTIFACT_HASH_MISMATCH']);
    expect(refused.body.detail).toContain(samples.lied.filename);
    expect(await readdir(join(controller.dataDirectory, 'passing'))).toEqual([]);
  });

  it('pass on only what the plan reuses, to those who may read', async () => {
    const { run_id: run } = (await plan(sound())).body;
    for (const name of ['other-1.0-py3-none-any.whl', samples.extra.filename, '..%2f..%2fetc', 'x']) {
      expect((await request(`/api/plans/${run}/wheels/${name}`)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await request(`/api/plans/run_x/wheels/${samples.pure.filename}`)).status).toBe(404);
    expect((await fetch(`${controller.url}/api/plans/${run}/wheels/${samples.pure.filename}`)).status).toBe(
      401,
    );
    index.isUp = false;
    const away = await read(await request(`/api/plans/${run}/wheels/${samples.pure.filename}`));
    index.isUp = true;
    expect([away.status, away.body.error]).toEqual([502, 'INDEX_UPSTREAM_UNREACHABLE']);
  });

  it('and choices that do not fit each other are refused with all that is wrong', async () => {
    const unknown = await plan(sound(), { extras: ['nope'], dependency_groups: ['none'] });
    expect([unknown.status, unknown.body.error]).toEqual([422, 'INPUT_INVALID']);
    expect(unknown.body.issues[0]!.message).toMatch(/nope.*none/s);
    const idle = await compute({ requirements: ['lock-pure'], extras: ['more'] });
    expect([idle.status, idle.body.issues[0]!.path]).toEqual([422, 'extras']);
    const old = await plan(sound(), { python_version: '3.8' });
    expect([old.status, old.body.error]).toEqual([422, 'INPUT_INVALID']);
  });

  it('that contradict each other are not planned together', async () => {
    const other = `lock-version = "1.0"\ncreated-by = "t"\n[[packages]]\nname = "lock-pure"\nversion = "9"\n[[packages.wheels]]\nname = "lock_pure-9-py3-none-any.whl"\nurl = "https://index.invalid/lock_pure-9-py3-none-any.whl"\nhashes = { sha256 = "${otherDigest}" }\n`;
    const handed = await handIn(['uv.lock', sound()], ['pylock.toml', other]);
    const planned = await compute({ input_ids: handed.body.items.map((item) => item.input_id) });
    expect([planned.status, planned.body.issues[0]!.path]).toEqual([422, 'lock-pure']);
  });

  it('and projects and scripts become requirements', async () => {
    const project = `[project]\nname = "demo"\nversion = "1"\ndependencies = ["lock-pure"]\n[dependency-groups]\ndev = ["lock-extra"]\n`;
    const script = '# /// script\n# dependencies = ["lock-lied"]\n# ///\n';
    const handed = await handIn(['pyproject.toml', project], ['run.py', script]);
    expect(handed.body.items.map(({ kind }) => kind).toSorted()).toEqual(['pyproject', 'script']);
    const ids = handed.body.items.map((item) => item.input_id);
    const planned = await compute({ input_ids: ids, dependency_groups: ['dev'] });
    expect(planned.status, planned.body.detail).toBe(201);
    expect(planned.body.nodes.map(({ name }) => name).toSorted()).toEqual([
      'lock-extra',
      'lock-lied',
      'lock-pure',
    ]);
  });

  it('and requirements files that name each other are one plan, and alone they are refused', async () => {
    const files: [string, string][] = [
      ['requirements.txt', '-r base.txt\n-c bounds.txt\nlock-extra\n'],
      ['base.txt', '--requirement requirements.txt\nlock-pure\n'],
      ['bounds.txt', 'lock-extra<9\nlock-lied<9\n'],
    ];
    const handed = await handIn(...files);
    expect(handed.status, handed.body.detail).toBe(201);
    const ids = handed.body.items.map((item) => item.input_id);
    const planned = await compute({ input_ids: ids });
    expect(planned.status, planned.body.detail).toBe(201);
    expect(planned.body.nodes.map(({ name }) => name).toSorted()).toEqual(['lock-extra', 'lock-pure']);

    const alone = await handIn(files[0]!);
    expect([alone.status, alone.body.error]).toEqual([422, 'INPUT_INVALID']);
    expect(alone.body.issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^requirements\.txt:1: .*base\.txt.*hand both in together/),
      expect.stringMatching(/^requirements\.txt:2: .*bounds\.txt/),
    ]);
    expect((await handIn(...files, files[1]!)).body.issues[0]!.message).toContain('2 files of that name');
    const apart = await compute({ input_ids: ids.slice(0, 1) });
    expect([apart.status, apart.body.issues[0]!.path]).toEqual([422, 'requirements.txt']);
  });

  it('are found by their digest', async () => {
    const { items } = (await handIn(['uv.lock', sound()])).body;
    const { sha256 } = items[0]!;
    const found = await read(await request(`/api/inputs?sha256=${otherDigest},${sha256}&limit=500`));
    expect(found.body.items.map((item) => item.input_id)).toContain(items[0]!.input_id);
    expect(new Set(found.body.items.map((item) => item.sha256))).toEqual(new Set([sha256]));
    for (const bad of ['x', `${sha256},`, Array.from({ length: 101 }, () => sha256).join(',')]) {
      expect((await request(`/api/inputs?sha256=${bad}`)).status).toBe(400);
    }
  });

  it.each<[string, string, () => string]>([
    ['no TOML', 'uv.lock', () => 'version = 1\nx = '],
    ['100 MB', 'uv.lock', () => `version = 1\n${'# comment\n'.repeat(10_000_000)}`],
    ['deep nesting', 'pylock.toml', () => `x = ${'['.repeat(1_000_000)}`],
    ['deep names', 'pylock.toml', () => `[${'a.'.repeat(1_000_000)}a]`],
    ['wrong types', 'uv.lock', () => 'version = 1\npackage = { name = [] }'],
    [
      'a path as a file name',
      'uv.lock',
      () =>
        sound()
          .replaceAll(/\.\.?\/files\/[^"]+/g, 'x')
          .replace(samples.pure.filename, '..%2f..%2fetc%2fpasswd'),
    ],
    ['a short digest', 'uv.lock', () => sound().replace(samples.pure.sha256, 'abc')],
    ['another scheme', 'uv.lock', () => sound().replace(fileUrl(samples.pure.filename), 'ftp://host/x.whl')],
    ['bytes that are no text', 'uv.lock', () => 'version = 1\0'],
    ['nothing of a project', 'pyproject.toml', () => '[tool.x]\ny = 1'],
  ])(
    'with %s are refused when they are handed in, and nothing is kept',
    async (_label, name, text) => {
      const [before] = await controller.database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM inputs',
      );
      const refused = await handIn(['requirements.txt', 'lock-pure\n'], [name, text()]);
      expect([refused.status, refused.body.error]).toEqual([422, 'INPUT_INVALID']);
      expect(refused.body.issues.map(({ path }) => path)).toContain(name);
      const [after] = await controller.database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM inputs',
      );
      expect(after).toEqual(before);
    },
    120_000,
  );
});
