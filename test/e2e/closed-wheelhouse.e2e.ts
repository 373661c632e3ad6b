import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { bareEnvironment, createVenv, runPython } from './install-wheels.ts';
import { machineEnvironment, runProgram, type Ended } from './run-program.ts';
import { startUp, type Installation } from './start-up.ts';

/** Pure packages, one in C that is built here, and what click and rich need. */
const project = `[project]
name = "closed"
version = "0"
requires-python = ">=3.9"
dependencies = ["markupsafe==3.0.2", "idna==3.10", "click==8.1.8", "colorama; sys_platform == 'win32'"]

[project.optional-dependencies]
show = ["rich==13.9.4"]
`;

let directory: string;
let wheelhouse: string;
let installation: Installation;
let tool: string;
/** Why there is no lock; null: there is one. */
let missing: string | null;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'iw-closed-'));
  wheelhouse = join(directory, 'wheelhouse');
  installation = await startUp(join(directory, 'data'));
  tool = await createVenv(join(directory, 'tool'));
  missing = await lockWithUv();
});
afterAll(async () => {
  await installation.stop();
  await rm(directory, { recursive: true, force: true });
});

const uv = (): string => join(tool, 'bin', 'uv');

/** A uv.lock by uv itself, against the package index of this machine. */
async function lockWithUv(): Promise<string | null> {
  const got = await runProgram(join(tool, 'bin', 'pip'), ['install', '-q', 'uv'], machineEnvironment());
  if (got.code !== 0) return 'uv cannot be installed: no package index has it';
  const pip = join(tool, 'bin', 'pip');
  const asked = await runProgram(pip, ['config', 'get', 'global.index-url'], machineEnvironment());
  const index = process.env['PIP_INDEX_URL'] ?? (asked.code === 0 ? asked.stdout.trim() : '');
  await mkdir(join(directory, 'project'));
  await writeFile(join(directory, 'project', 'pyproject.toml'), project);
  const options = [
    '--project',
    join(directory, 'project'),
    '--no-cache',
    ...(index === '' ? [] : ['--default-index', index]),
  ];
  const env = { ...machineEnvironment(), UV_SYSTEM_CERTS: '1', UV_NATIVE_TLS: '1' };
  const locked = await runProgram(uv(), ['lock', ...options], env);
  return locked.code === 0 ? null : `uv made no lock: ${locked.stderr.slice(-300)}`;
}

const build = (...args: string[]): Promise<Ended> =>
  installation.ironwheel(
    'build',
    '-r',
    join(directory, 'project', 'uv.lock'),
    '--wheelhouse',
    wheelhouse,
    ...args,
  );
const needLock = (context: TestContext): void => {
  if (missing !== null) context.skip(missing);
};
const install = (program: string, venv: string, ...before: string[]): Promise<Ended> =>
  runProgram(
    program,
    [
      ...before,
      'install',
      '--no-index',
      '--find-links',
      wheelhouse,
      '--require-hashes',
      '-r',
      join(wheelhouse, 'requirements.txt'),
      ...(before.includes('pip') ? ['--offline', '--python', join(venv, 'bin', 'python')] : []),
    ],
    // A proxy that nothing answers at: whoever asks the network fails.
    { ...bareEnvironment(), HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' },
  );
const imports = 'import markupsafe._speedups, idna, click; from rich import pretty; print("imported")';

describe('a closed wheelhouse from a uv.lock', () => {
  it('holds the built and the pure wheels, with hashes for all', async (context) => {
    needLock(context);
    const ended = await build('--extra', 'show', '--no-binary', 'markupsafe');
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const names = await readdir(wheelhouse);
    const wheels = names.filter((name) => name.endsWith('.whl'));
    expect(names.toSorted()).toEqual([...wheels, 'SHA256SUMS', 'requirements.txt'].toSorted());
    for (const name of ['markupsafe', 'idna', 'click', 'rich', 'pygments', 'markdown_it_py', 'mdurl']) {
      expect(wheels.filter((wheel) => wheel.startsWith(`${name}-`))).toHaveLength(1);
    }
    // Neither the project itself, nor what another platform needs, nor what only builds.
    for (const name of ['closed', 'colorama', 'setuptools']) {
      expect(wheels.filter((wheel) => wheel.startsWith(`${name}-`))).toEqual([]);
    }
    for (const line of (await readFile(join(wheelhouse, 'SHA256SUMS'), 'utf8')).trim().split('\n')) {
      const [sha256 = '', name = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(await readFile(join(wheelhouse, name)))
          .digest('hex'),
      ).toBe(sha256);
    }
  });

  it('installs with pip where there is no network, and what is in it imports', async (context) => {
    needLock(context);
    const venv = await createVenv(join(directory, 'venv-pip'));
    const installed = await install(join(venv, 'bin', 'pip'), venv);
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    expect(await runPython(venv, imports)).toMatchObject({ code: 0, stdout: 'imported' });
  });

  it('installs with uv --offline', async (context) => {
    needLock(context);
    const venv = await createVenv(join(directory, 'venv-uv'));
    const installed = await install(uv(), venv, '--no-cache', 'pip');
    expect(installed.code, installed.stderr).toBe(0);
    expect(await runPython(venv, imports)).toMatchObject({ code: 0, stdout: 'imported' });
  });

  it('is filled up again where something is gone or damaged, and keeps the rest', async (context) => {
    needLock(context);
    const before = await readFile(join(wheelhouse, 'SHA256SUMS'), 'utf8');
    const [first, second] = (await readdir(wheelhouse)).filter((name) => name.endsWith('.whl'));
    await rm(join(wheelhouse, first!));
    await writeFile(join(wheelhouse, second!), 'damaged');
    const ended = await build('--extra', 'show', '--no-binary', 'markupsafe');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain(`saved ${first!}`);
    expect(ended.stderr).toContain(`replaced ${second!}`);
    expect(ended.stderr).toContain('kept ');
    expect(await readFile(join(wheelhouse, 'SHA256SUMS'), 'utf8')).toBe(before);
  });

  it('is refused with a list when something is missing, and made without it on request', async (context) => {
    needLock(context);
    const partial = join(directory, 'partial');
    const args = ['build', 'idna==3.10', 'ironwheel-test-nowhere==9', '--wheelhouse', partial];
    const refused = await installation.ironwheel(...args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/No wheelhouse was made[^]*ironwheel-test-nowhere/);
    expect(await readdir(partial).catch(() => null)).toBeNull();
    expect((await installation.ironwheel(...args, '--partial')).code).toBe(1);
    expect((await readdir(partial)).filter((name) => name.endsWith('.whl'))).toHaveLength(1);
    expect(await readFile(join(partial, 'requirements.txt'), 'utf8')).toMatch(/INCOMPLETE[^]*nowhere/);
  });
});
