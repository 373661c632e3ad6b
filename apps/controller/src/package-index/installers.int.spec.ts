import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  callController,
  createSampleWheel,
  FakeIndex,
  startController,
  TestWorker,
  type TestController,
} from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const linux = { ...target, platform_tag: 'linux_s390x' };

const samples = {
  pure: createSampleWheel({ name: 'inst-pure', requiresDist: ['inst-upstream>=1'] }),
  upstream: createSampleWheel({ name: 'inst-upstream', version: '1.5' }),
  native: createSampleWheel({ name: 'inst-native', tag: 'cp312-cp312-manylinux_2_17_s390x' }),
  plain: createSampleWheel({ name: 'inst-linux', tag: 'cp312-cp312-linux_s390x' }),
  yanked: createSampleWheel({ name: 'inst-yanked', version: '2.0' }),
  sound: createSampleWheel({ name: 'inst-yanked', version: '1.0' }),
};

/** The installers of this machine against our index: what counts in the end. */
describe('installers', () => {
  const root = mkdtempSync(join(tmpdir(), 'iw-installers-'));
  const venv = join(root, 'venv');
  const python = join(venv, 'bin', 'python');
  /** Paths that our index was asked for. */
  const log: string[] = [];
  let upstream: FakeIndex;
  let controller: TestController;
  let uvProblem: string | null = null;

  beforeAll(async () => {
    upstream = await FakeIndex.start();
    upstream.add('inst-upstream', samples.upstream);
    controller = await startController({
      env: { ARTIFACT_STORE_RESERVE_BYTES: '0', INDEX_URL: upstream.url },
    });
    (controller.app.getHttpServer() as unknown as Server).on('request', (request) =>
      log.push(request.url ?? ''),
    );
    const worker = await TestWorker.enroll(controller);
    await worker.publish(samples.pure, 'inst-pure', '1.0', target);
    await worker.publish(samples.native, 'inst-native', '1.0', target);
    await worker.publish(samples.plain, 'inst-linux', '1.0', linux);
    await worker.publish(samples.sound, 'inst-yanked', '1.0', target);
    await worker.publish(samples.yanked, 'inst-yanked', '2.0', target);
    await callController(
      controller,
      'POST',
      `/api/artifacts/${samples.yanked.sha256}/yank`,
      controller.adminToken,
      {},
    );
    await run('python3', ['-m', 'venv', venv]);
    // From the index that the machine's pip is set up with; without one uv's tests are left out.
    uvProblem = await run(python, ['-m', 'pip', 'install', '-q', '--retries', '0', 'uv']).then(
      () => null,
      (error: unknown) =>
        String((error as { stderr?: string }).stderr)
          .trim()
          .split('\n')
          .at(-1) ?? 'unknown',
    );
  }, 240_000);
  afterAll(async () => {
    await controller.close();
    await upstream.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** No setting of the machine: what comes, comes from the URL of the call. */
  const environment = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: root,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    UV_NO_CONFIG: '1',
    UV_CACHE_DIR: join(root, 'uv-cache'),
    NO_PROXY: '127.0.0.1',
  });
  const pip = async (...parameters: string[]): Promise<string> => {
    const ended = await run(python, ['-m', 'pip', ...parameters], { cwd: root, env: environment() });
    return ended.stdout + ended.stderr;
  };
  const uv = async (...parameters: string[]): Promise<string> => {
    const ended = await run(join(venv, 'bin', 'uv'), parameters, { cwd: root, env: environment() });
    return ended.stdout + ended.stderr;
  };
  const simple = (): string => `${controller.url}/simple/`;
  const freshVenv = async (name: string): Promise<string> => {
    await run('python3', ['-m', 'venv', '--without-pip', join(root, name)]);
    return join(root, name, 'bin', 'python');
  };
  const writePins = (): string => {
    const path = join(root, 'pins.txt');
    const { pure, upstream: dependency } = samples;
    writeFileSync(
      path,
      `inst-pure==1.0 --hash=sha256:${pure.sha256}\ninst-upstream==1.5 --hash=sha256:${dependency.sha256}\n`,
    );
    return path;
  };

  it('pip installs ours with a dependency that is not ours through one URL, hash-checked, METADATA first', async () => {
    const fresh = await freshVenv('by-pip');
    const started = log.length;
    await pip('--python', fresh, 'install', '--require-hashes', '-r', writePins(), '--index-url', simple());
    await run(fresh, ['-c', 'import inst_pure, inst_upstream']);
    const urls = log.slice(started);
    const wheel = `/files/${samples.pure.sha256}/${samples.pure.filename}`;
    expect(urls).toContain('/simple/inst-pure/');
    expect(urls).toContain('/simple/inst-upstream/');
    expect(urls).toContain(wheel);
    expect(upstream.requests).toContain(`/files/${samples.upstream.filename}`);
    expect(upstream.requests).not.toContain('/simple/inst-pure/');
  });

  it('pip resolves by the METADATA file beside the wheel (PEP 658)', async (context) => {
    // Under the name that PEP 714 gave it pip finds the file from 23.2 on; an older one fetches the wheel instead.
    const script = 'import pip; print(*[int(part) for part in pip.__version__.split(".")[:2]])';
    const [major = 0, minor = 0] = (await run(python, ['-c', script])).stdout.split(' ').map(Number);
    if (major < 23 || (major === 23 && minor < 2))
      return context.skip(`pip ${major}.${minor} knows no PEP 714`);
    const started = log.length;
    await pip('install', '--dry-run', '--no-cache-dir', '--index-url', simple(), 'inst-pure');
    const urls = log.slice(started);
    expect(urls).toContain(`/files/${samples.pure.sha256}/${samples.pure.filename}.metadata`);
  });

  it('pip refuses other bytes than the pinned ones', async () => {
    const path = join(root, 'wrong.txt');
    writeFileSync(path, `inst-upstream==1.5 --hash=sha256:${'0'.repeat(64)}\n`);
    await expect(pip('install', '--require-hashes', '-r', path, '--index-url', simple())).rejects.toThrow(
      /HASH|hash/,
    );
  });

  it('pip downloads for another machine from the page of its target', async () => {
    const out = join(root, 'wheelhouse');
    const forTarget = [
      '--only-binary',
      ':all:',
      '--no-deps',
      '--python-version',
      '3.12',
      '--implementation',
      'cp',
      '-d',
      out,
    ];
    const index = (name: string): string => `${controller.url}/index/${name}/simple/`;
    await pip(
      'download',
      ...forTarget,
      '--platform',
      'manylinux_2_17_s390x',
      '--index-url',
      index('cp312-manylinux_2_28_s390x'),
      'inst-native',
    );
    await pip(
      'download',
      ...forTarget,
      '--platform',
      'linux_s390x',
      '--index-url',
      index('cp312-linux_s390x'),
      'inst-linux',
    );
    expect(readdirSync(out).sort()).toEqual([samples.plain.filename, samples.native.filename]);
    await expect(
      pip('download', ...forTarget, '--platform', 'linux_s390x', '--index-url', simple(), 'inst-linux'),
    ).rejects.toThrow('No matching distribution');
  });

  it('pip leaves a yanked version alone unless it is asked for', async () => {
    expect(await pip('install', '--dry-run', '--index-url', simple(), 'inst-yanked')).toContain(
      'inst-yanked-1.0',
    );
    expect(await pip('install', '--dry-run', '--index-url', simple(), 'inst-yanked==2.0')).toContain(
      'inst-yanked-2.0',
    );
  });

  it('uv installs the same through one URL, hash-checked', async (context) => {
    if (uvProblem !== null) return context.skip(`uv cannot be installed here: ${uvProblem}`);
    const fresh = await freshVenv('by-uv');
    const pins = writePins();
    await uv('pip', 'install', '--python', fresh, '--require-hashes', '-r', pins, '--index-url', simple());
    await run(fresh, ['-c', 'import inst_pure, inst_upstream']);
    const started = log.length;
    await uv(
      'pip',
      'compile',
      '--no-header',
      '--no-cache',
      '--index-url',
      simple(),
      join(root, 'pins.txt'),
      '-o',
      join(root, 'out.txt'),
    );
    expect(log.slice(started)).toContain(`/files/${samples.pure.sha256}/${samples.pure.filename}.metadata`);
    expect(existsSync(join(root, 'out.txt'))).toBe(true);
  });

  it('pip and uv sign in with a token as the password', async (context) => {
    const closed = await startController({
      env: {
        INDEX_READ_TOKEN_REQUIRED: 'true',
        INDEX_UPSTREAM_PASSTHROUGH: 'false',
        ARTIFACT_STORE_RESERVE_BYTES: '0',
      },
    });
    try {
      const worker = await TestWorker.enroll(closed);
      await worker.publish(samples.sound, 'inst-yanked', '1.0', target);
      const { body } = await callController(closed, 'POST', '/api/tokens', closed.adminToken, {
        name: 'pip',
        role: 'viewer',
      });
      const url = new URL('/simple/', closed.url);
      await expect(
        pip('download', '--no-input', '-d', join(root, 'closed'), '--index-url', url.href, 'inst-yanked'),
      ).rejects.toThrow();
      url.username = 'token';
      url.password = body.token;
      await pip('download', '-d', join(root, 'closed'), '--index-url', url.href, 'inst-yanked');
      expect(readdirSync(join(root, 'closed'))).toEqual([samples.sound.filename]);
      if (uvProblem !== null) return context.skip(`pip did; uv cannot be installed here: ${uvProblem}`);
      const fresh = await freshVenv('by-uv-closed');
      await uv('pip', 'install', '--python', fresh, '--index-url', url.href, 'inst-yanked');
    } finally {
      await closed.close();
    }
  });
}, 240_000);
