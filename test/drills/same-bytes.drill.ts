import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runner } from '@ironwheel/plugin-kit';
import { eventsOf, makeWorkDirectory, runAttempt, type AttemptRun } from '@ironwheel/plugin-kit/suites';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProcessRunner } from './open-process-runner.ts';

const runnerDirectory = mkdtempSync(join(tmpdir(), 'ironwheel-same-bytes-'));
const works: string[] = [];
const attempts: string[] = [];
let runner: Runner;
beforeAll(async () => void (runner = await openProcessRunner(runnerDirectory)));
afterAll(async () => {
  for (const id of attempts) await runner.clean(id);
  await runner.close();
  for (const directory of [...works, runnerDirectory]) rmSync(directory, { recursive: true, force: true });
});

/** In directories of different lengths, too: a path that gets into the wheel shows. */
const build = async (
  name: string,
  version: string,
): Promise<AttemptRun & { work: string; output: string }> => {
  const probe = await runner.probe();
  // The first is the manylinux one where the host has glibc, so that auditwheel has its part in it.
  const target = { pythonTag: probe.pythonTags[0] ?? 'none', platformTag: probe.platformTags[0] ?? 'none' };
  const work = mkdtempSync(join(tmpdir(), `ironwheel-${'again-'.repeat(attempts.length)}`));
  renameSync(makeWorkDirectory(null, target, { name, version }), work);
  const id = `att_same-bytes-${process.pid}-${attempts.length}`;
  works.push(work);
  attempts.push(id);
  const run = await runAttempt(runner, id, work, target);
  const output = eventsOf(run.events, 'output').map(({ text }) => text);
  return { ...run, work, output: output.join('') };
};

it.for([
  ['MarkupSafe', '3.0.2'],
  ['wrapt', '1.17.2'],
] as const)(
  '%s %s, built twice in two directories, is the same file to the byte',
  async ([name, version], { skip }) => {
    const first = await build(name, version);
    const error = eventsOf(first.events, 'error')[0];
    if (error?.code === 'INDEX_UNREACHABLE') skip(`no package index: ${error.message}`);
    expect(error).toBeUndefined();
    const second = await build(name, version);
    expect(first.work).not.toBe(second.work);
    const [one, other] = [first, second].map(({ events }) => eventsOf(events, 'artifact')[0]);
    expect(one?.filename, first.output.slice(-3000)).toMatch(/-cp3\d+t?-(?:many|musl)?linux/);
    expect(other).toMatchObject({ filename: one?.filename, sha256: one?.sha256, size: one?.size });
    process.stdout.write(`${one?.filename ?? ''} ${one?.sha256 ?? ''} twice\n`);
  },
);
