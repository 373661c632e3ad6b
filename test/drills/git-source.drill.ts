import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runner } from '@ironwheel/plugin-kit';
import {
  eventsOf,
  makeSdist,
  makeWorkDirectory,
  RepositoryServer,
  runAttempt,
  type AttemptRun,
} from '@ironwheel/plugin-kit/suites';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProcessRunner } from './open-process-runner.ts';

const runnerDirectory = mkdtempSync(join(tmpdir(), 'ironwheel-git-source-'));
const directories: string[] = [runnerDirectory];
const attempts: string[] = [];
const repositories = new RepositoryServer();
let runner: Runner;
let commit = '';

/** Needs no index: the sample brings its backend, which lies in the submodule here. */
beforeAll(async () => {
  runner = await openProcessRunner(runnerDirectory);
  await repositories.listen();
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-tree-'));
  directories.push(directory);
  const sdist = makeSdist('soundex', directory);
  execFileSync('tar', ['-xzf', join(directory, sdist.filename), '-C', directory]);
  const tree = join(directory, 'ironwheel_sample_soundex-1.2.0');
  const backend = repositories.make('backend', { trees: [[join(tree, '_backend'), '']] });
  rmSync(join(tree, '_backend'), { recursive: true });
  const url = repositories.urlOf('backend');
  const submodules = [{ path: 'native/_backend', url, commit: backend }];
  commit = repositories.make('soundex', { trees: [[tree, 'native']], submodules, tag: 'v1.2.0' });
});
afterAll(async () => {
  for (const id of attempts) await runner.clean(id);
  await runner.close();
  await repositories.close();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

const build = async (version: string): Promise<AttemptRun & { output: string }> => {
  const probe = await runner.probe();
  const target = {
    pythonTag: probe.pythonTags[0] ?? 'none',
    platformTag: probe.platformTags.at(-1) ?? 'none',
  };
  const work = makeWorkDirectory(null, target, {
    name: 'ironwheel-sample-soundex',
    version,
    source: { git: repositories.urlOf('soundex'), rev: 'v1.2.0', subdirectory: 'native' },
  });
  const id = `att_git-source-${process.pid}-${attempts.length}`;
  directories.push(work);
  attempts.push(id);
  const run = await runAttempt(runner, id, work, target, { environment: { no_proxy: '127.0.0.1' } });
  const output = eventsOf(run.events, 'output').map(({ text }) => text);
  return { ...run, output: output.join('') };
};

it('a project in a folder of a repository, with a submodule, is built to the same wheel twice', async () => {
  const runs = [await build('1.2.0'), await build('1.2.0')];
  const [one, other] = runs.map(({ events }) => eventsOf(events, 'artifact')[0]);
  expect(one?.filename, runs[0]?.output.slice(-3000)).toMatch(/^ironwheel_sample_soundex-1\.2\.0-cp3/);
  expect(other?.sha256).toBe(one?.sha256);
  const facts = eventsOf(runs[0]?.events ?? [], 'fact').find(({ name }) => name === 'source');
  expect(facts?.value).toMatchObject({ commit, subdirectory: 'native' });
});

it('a wheel of another version than the one that was planned is refused', async () => {
  const run = await build('1.3.0');
  expect(eventsOf(run.events, 'error')[0]?.code, run.output.slice(-3000)).toBe('WHEEL_NAME_MISMATCH');
  expect(eventsOf(run.events, 'artifact')).toEqual([]);
});
