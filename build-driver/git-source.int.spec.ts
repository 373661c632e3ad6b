import { driverExitCodes, type DriverJobInput, type DriverStep } from '@ironwheel/plugin-kit';
import {
  describeInterpreter,
  driverPath,
  eventsOf,
  makeSdist,
  makeWorkDirectory,
  readEvents,
  RepositoryServer,
} from '@ironwheel/plugin-kit/suites';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const hasGit = spawnSync('git', ['http-backend'], { stdio: 'ignore' }).error === undefined;
const { python_tag: pythonTag, architecture } = describeInterpreter();
const works: string[] = [];
const repositories = new RepositoryServer();
const project = { name: 'ironwheel-sample-roman', version: '2.0.0' };
let commit = '';
let libraryCommit = '';
let sampleTree = '';

const asJob = (source: unknown, more: Partial<DriverJobInput> = {}): Partial<DriverJobInput> => ({
  ...project,
  source: source as DriverJobInput['source'],
  ...more,
});

interface Run {
  readonly work: string;
  readonly top: string;
  readonly exitCode: number | null;
  readonly error: string | undefined;
  readonly text: string;
  readonly source: Record<string, unknown>;
}

/** `change` writes what no caller of ours would: the driver does not rely on them. */
const runSteps = async (
  job: Partial<DriverJobInput>,
  steps: readonly DriverStep[] = ['fetch'],
  { source, path }: { source?: unknown; path?: string } = {},
): Promise<Run> => {
  const work = makeWorkDirectory(null, { pythonTag, platformTag: `linux_${architecture}` }, job);
  works.push(work);
  if (source !== undefined) {
    const written = JSON.parse(readFileSync(join(work, 'job.json'), 'utf8')) as object;
    writeFileSync(join(work, 'job.json'), JSON.stringify({ ...written, source }));
  }
  let exitCode: number | null = 0;
  for (const step of steps) {
    const env = {
      ...process.env,
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
      PATH: path ?? process.env['PATH'],
    };
    const child = spawn('python3', [driverPath, step, '--work', work], { env, stdio: 'ignore' });
    [exitCode] = (await once(child, 'exit')) as [number | null];
    if (exitCode !== 0) break;
  }
  const events = steps.flatMap((step) => readEvents(work, step));
  const text = eventsOf(events, 'output')
    .map((event) => event.text)
    .join('');
  const facts = eventsOf(events, 'fact').filter(({ name }) => name === 'source');
  return {
    work,
    top: join(work, 'src', 'ironwheel_sample_roman-2.0.0'),
    exitCode,
    error: eventsOf(events, 'error')[0]?.code,
    text,
    source: (facts[0]?.value ?? {}) as Record<string, unknown>,
  };
};

beforeAll(async () => {
  await repositories.listen();
  sampleTree = mkdtempSync(join(tmpdir(), 'ironwheel-tree-'));
  works.push(sampleTree);
  const sdist = makeSdist('roman', sampleTree);
  execFileSync('tar', ['-xzf', join(sampleTree, sdist.filename), '-C', sampleTree]);
  sampleTree = join(sampleTree, 'ironwheel_sample_roman-2.0.0');
  if (!hasGit) return;
  libraryCommit = repositories.make('library', { files: { 'library.txt': 'from the submodule\n' } });
  commit = repositories.make('roman', {
    trees: [[sampleTree, 'python']],
    files: { 'README.md': 'Roman numerals\n' },
    links: { 'python/readme': '../README.md' },
    submodules: [{ path: 'third_party/library', url: '../library.git', commit: libraryCommit }],
    tag: 'v2.0.0',
  });
});
afterAll(async () => {
  await repositories.close();
  for (const path of works) rmSync(path, { recursive: true, force: true });
});

describe.skipIf(!hasGit)('a repository', () => {
  it('is checked out at its tag, with submodules, and told by commit and content', async () => {
    const run = await runSteps(
      asJob({ git: repositories.urlOf('roman'), rev: 'v2.0.0', subdirectory: 'python' }),
    );
    expect(run).toMatchObject({ exitCode: 0, error: undefined });
    expect(run.source).toMatchObject({
      rev: 'v2.0.0',
      commit,
      tags: ['refs/tags/v2.0.0'],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      submodules: [
        { path: 'third_party/library', url: repositories.urlOf('library'), commit: libraryCommit },
      ],
    });
    expect(readFileSync(join(run.top, 'third_party/library/library.txt'), 'utf8')).toMatch(/submodule/);
    const describeTree = ['describe', '--tags', '--dirty', '--exact-match'];
    expect(execFileSync('git', describeTree, { cwd: run.top, encoding: 'utf8' }).trim()).toBe('v2.0.0');
    expect(existsSync(join(run.top, '.git', 'shallow'))).toBe(true);
  });

  it('is the same to the byte by tag, branch, commit, part of a commit, HEAD, and from a dumb server', async () => {
    const states: [string | null, 'smart' | 'dumb'][] = [
      ['v2.0.0', 'smart'],
      ['main', 'smart'],
      [commit, 'smart'],
      [commit.slice(0, 10), 'smart'],
      [null, 'smart'],
      ['v2.0.0', 'dumb'],
      [commit, 'dumb'],
    ];
    const runs = await Promise.all(
      states.map(([rev, kind]) =>
        runSteps(asJob({ git: repositories.urlOf('roman', kind), rev, subdirectory: 'python' })),
      ),
    );
    expect(runs.map(({ source }) => source['commit'])).toEqual(states.map(() => commit));
    expect(new Set(runs.map(({ source }) => source['sha256'])).size).toBe(1);
  });

  it('without a tag has the stated version told to backends that ask git for it', async () => {
    const backend =
      'import os\ndef get_requires_for_build_wheel(settings=None):\n' +
      '    print("told", os.environ.get("SETUPTOOLS_SCM_PRETEND_VERSION"))\n    return []\n';
    const files = {
      'pyproject.toml': '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
      'backend.py': backend,
    };
    repositories.make('untagged', { files });
    repositories.make('tagged', { files, tag: '2.0.0' });
    const steps = ['prepare', 'fetch', 'requires'] as const;
    const untagged = await runSteps(asJob({ git: repositories.urlOf('untagged'), rev: 'main' }), steps);
    expect(untagged.text).toContain('told 2.0.0');
    const tagged = await runSteps(asJob({ git: repositories.urlOf('tagged'), rev: 'main' }), steps);
    expect(tagged.text).toContain('told None');
  });

  it('that does not have the state says so', async () => {
    for (const rev of ['v9', 'deadbeef', 'f'.repeat(40)]) {
      const run = await runSteps(asJob({ git: repositories.urlOf('roman'), rev }));
      expect([rev, run.error]).toEqual([rev, 'SOURCE_REV_NOT_FOUND']);
    }
  });

  it('that is not there, or does not answer, is a matter of the provider', async () => {
    const absent = await runSteps(asJob({ git: repositories.urlOf('absent'), rev: 'main' }));
    expect(absent).toMatchObject({ error: 'SOURCE_NOT_FOUND', exitCode: driverExitCodes.provider });
    const secret = await runSteps(asJob({ git: 'http://user:pa55word@127.0.0.1:9/x.git', rev: 'main' }));
    expect(secret).toMatchObject({ error: 'SOURCE_FETCH_FAILED', exitCode: driverExitCodes.provider });
    expect(JSON.stringify(readEvents(secret.work, 'fetch'))).not.toContain('pa55word');
  });

  it('whose folder holds no project, or is none, is told', async () => {
    for (const subdirectory of ['third_party', 'absent', 'python/readme']) {
      const run = await runSteps(asJob({ git: repositories.urlOf('roman'), rev: 'main', subdirectory }));
      expect([subdirectory, run.error]).toEqual([subdirectory, 'SDIST_LAYOUT']);
    }
  });

  it('larger than it may be is refused before it is written', async () => {
    repositories.make('large', { files: { 'large.txt': 'x'.repeat(300_000) } });
    const limits = { unpacked_max_bytes: 200_000 };
    const run = await runSteps(asJob({ git: repositories.urlOf('large'), rev: 'main' }, { limits }));
    expect(run.error).toBe('SDIST_TOO_LARGE');
    const packed = await runSteps(
      asJob({ git: repositories.urlOf('roman'), rev: 'main' }, { limits: { sdist_max_bytes: 1000 } }),
    );
    expect(packed.error).toBe('SDIST_TOO_LARGE');
    expect(existsSync(join(run.work, 'src'))).toBe(false);
  });

  it('where git is not installed names the package to install', async () => {
    const path = mkdtempSync(join(tmpdir(), 'ironwheel-path-'));
    works.push(path);
    mkdirSync(join(path, 'bin'));
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
    symlinkSync(python.trim(), join(path, 'bin', 'python3'));
    const source = { git: repositories.urlOf('roman'), rev: 'main' };
    const run = await runSteps(asJob(source), ['fetch'], { path: join(path, 'bin') });
    expect(run.error).toBe('TOOL_MISSING');
    expect(run.text).toMatch(/install git/);
  });
});

describe.skipIf(!hasGit)('of a hostile job or repository', () => {
  it.each([
    [
      'an option for a state',
      { git: 'https://h.invalid/x.git', rev: '--upload-pack=touch /tmp/ironwheel-escaped' },
    ],
    ['a file', { git: 'file:///etc', rev: 'main' }],
    ['a helper program', { git: 'ext::sh -c "touch /tmp/ironwheel-escaped"', rev: 'main' }],
    ['ssh', { git: 'ssh://-oProxyCommand=x/y', rev: 'main' }],
    ['a host that is an option', { git: 'https://-x/y', rev: 'main' }],
    ['an option for a URL', { git: '--upload-pack=x', rev: 'main' }],
    ['another refspec', { git: 'https://h.invalid/x.git', rev: '+main:refs/heads/x' }],
  ])('%s is refused, by the schema and by the driver', async (_what, source) => {
    await expect(runSteps(asJob(source))).rejects.toThrow();
    const run = await runSteps(asJob(null), ['fetch'], { source });
    expect(run).toMatchObject({ error: 'SOURCE_UNSAFE', exitCode: driverExitCodes.packageFailed });
    expect(existsSync('/tmp/ironwheel-escaped')).toBe(false);
  });

  it('a folder out of the source is refused', async () => {
    const source = { git: repositories.urlOf('roman'), rev: 'main', subdirectory: '../x' };
    await expect(runSteps(asJob(source))).rejects.toThrow();
    expect((await runSteps(asJob(null), ['fetch'], { source })).error).toBe('SOURCE_UNSAFE');
  });

  it.each([
    ['absolute', '/etc/passwd'],
    ['upward', '../../outside'],
    ['through-another', 'deep/up/../../outside'],
  ])('a link out of the tree (%s) is refused', async (name, target) => {
    repositories.make(`link-${name}`, {
      trees: [[sampleTree, '']],
      files: { 'deep/er/x': '' },
      links: { 'deep/up': '..', leak: target },
    });
    const run = await runSteps(asJob({ git: repositories.urlOf(`link-${name}`), rev: 'main' }));
    expect(run.error).toBe('SDIST_UNSAFE_PATH');
    expect(existsSync(join(run.work, 'src'))).toBe(false);
  });

  it.each([
    ['file', 'file:///etc'],
    ['ext', 'ext::sh -c touch% /tmp/ironwheel-escaped'],
    ['path', '/etc'],
    ['option', '--upload-pack=touch /tmp/ironwheel-escaped'],
    ['host', '../../../../other.invalid/x.git'],
  ])('a submodule by %s is refused', async (name, url) => {
    repositories.make(`module-${name}`, {
      trees: [[sampleTree, '']],
      submodules: [{ path: 'inner', url, commit: libraryCommit }],
    });
    const run = await runSteps(asJob({ git: repositories.urlOf(`module-${name}`), rev: 'main' }));
    expect(run.error).toBe('SOURCE_UNSAFE');
    expect(existsSync('/tmp/ironwheel-escaped')).toBe(false);
  });
});

it('a folder of an archive is built in its place', async () => {
  const work = mkdtempSync(join(tmpdir(), 'ironwheel-archive-'));
  works.push(work);
  mkdirSync(join(work, 'roman-2.0.0'));
  execFileSync('cp', ['-R', sampleTree, join(work, 'roman-2.0.0', 'python')]);
  execFileSync('tar', ['-czf', join(work, 'roman.tar.gz'), '-C', work, 'roman-2.0.0']);
  const server = createServer((_request, response) => response.end(readFileSync(join(work, 'roman.tar.gz'))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}/roman.tar.gz`;
  const run = await runSteps(asJob({ url, filename: 'roman.tar.gz', subdirectory: 'python' }));
  server.closeAllConnections();
  server.close();
  expect(run).toMatchObject({ exitCode: 0, error: undefined });
  expect(readFileSync(join(run.work, 'state', 'sdist.json'), 'utf8')).toContain('roman-2.0.0/python');
});
