import type { DriverJobInput, Runner, StepRequest } from '@ironwheel/plugin-kit';
import {
  eventsOf,
  fixturePath,
  makeWorkDirectory,
  mebibyte,
  runAttempt,
  suiteLimits,
  type AttemptRun,
  type SampleTarget,
} from '@ironwheel/plugin-kit/suites';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDebianImage } from './debian-image.ts';
import { hostEnvironment, openPodmanRunner } from './open-runner.ts';

const found = findDebianImage();
const why = 'why' in found ? found.why : null;
if (why !== null) process.stdout.write(`builds in podman are not shown here: ${why}\n`);

describe.skipIf(why !== null)('in a container', () => {
  const canary = 'canary-of-the-host-environment';
  const workDirectory = mkdtempSync(join(tmpdir(), 'ironwheel-podman-'));
  const attempts: string[] = [];
  const works: string[] = [];
  let runner: Runner;
  let target: SampleTarget;

  const attempt = async (
    sample: string | null,
    job: Partial<DriverJobInput> = {},
    request: Partial<StepRequest> = {},
  ): Promise<AttemptRun & { error: { code: string; message: string } | undefined; output: string }> => {
    const work = makeWorkDirectory(sample, target, job);
    const id = `att_podman-${process.pid}-${attempts.length}`;
    works.push(work);
    attempts.push(id);
    const run = await runAttempt(runner, id, work, target, request);
    const output = eventsOf(run.events, 'output')
      .map(({ text }) => text)
      .join('');
    return { ...run, output, error: eventsOf(run.events, 'error')[0] };
  };

  beforeAll(async () => {
    const image = 'image' in found ? found.image : '';
    const environment = { ...hostEnvironment, WORKER_TOKEN: canary };
    runner = await openPodmanRunner(image, workDirectory, { hostEnvironment: environment });
    const probe = await runner.probe();
    expect(probe.ok, JSON.stringify(probe.problems)).toBe(true);
    target = { pythonTag: probe.pythonTags[0]!, platformTag: probe.platformTags[0]! };
  });
  afterAll(async () => {
    for (const id of attempts) await runner.clean(id);
    await runner.close();
    for (const directory of [...works, workDirectory]) rmSync(directory, { recursive: true, force: true });
  });

  it.each(['checksum', 'soundex', 'byteorder', 'roman'])('the sample %s becomes a wheel', async (sample) => {
    const run = await attempt(sample, {}, { network: false });
    expect(run.error).toBeUndefined();
    expect(eventsOf(run.events, 'artifact')).toHaveLength(1);
  });

  it.for([
    ['MarkupSafe', '3.0.2', /^markupsafe-3\.0\.2-cp3\d+-cp3\d+-.*manylinux/],
    ['wrapt', '1.17.2', /^wrapt-1\.17\.2-cp3\d+-cp3\d+-.*manylinux/],
    ['idna', '3.10', /^idna-3\.10-py3-none-any/],
  ] as const)('%s %s from the index becomes a wheel', async ([name, version, filename], { skip }) => {
    const run = await attempt(null, { name, version });
    if (run.error?.code === 'INDEX_UNREACHABLE') skip(`no package index: ${run.error.message}`);
    expect(run.error).toBeUndefined();
    expect(eventsOf(run.events, 'artifact')[0]?.filename, run.output.slice(-3000)).toMatch(filename);
    const observed = eventsOf(run.events, 'provider-observation').map(({ observation }) => observation);
    expect(observed.reduce((sum, { ok }) => sum + ok, 0)).toBeGreaterThan(1);
  });

  it('a recipe brings the system package without which the build fails', async ({ skip }) => {
    const job = { name: 'cffi', version: '1.17.1' };
    const without = await attempt(null, job);
    if (without.error?.code === 'INDEX_UNREACHABLE') skip(`no package index: ${without.error.message}`);
    expect(without.error).toMatchObject({ code: 'HEADER_MISSING' });
    expect(without.error?.message).toContain('ffi.h');
    const run = await attempt(null, job, { systemPackages: { apt: ['libffi-dev'], dnf: ['libffi-devel'] } });
    expect(run.error).toBeUndefined();
    expect(eventsOf(run.events, 'artifact')[0]?.filename).toMatch(/^cffi-1\.17\.1-.*manylinux/);
  });

  it('an sdist that dials out in its build fails with that reason', async () => {
    const run = await attempt(fixturePath('dials-out'), {}, { network: false });
    expect(run.steps.at(-1)?.step).toBe('build');
    expect(run.error?.code).toBe('NETWORK_IN_BUILD');
  });

  it('one that takes 8 GB of memory is killed, and said so', async () => {
    const limits = { ...suiteLimits, memoryBytes: 512 * mebibyte };
    const run = await attempt(fixturePath('takes-memory'), {}, { network: false, limits });
    const end = run.steps.at(-1)?.end;
    const said = run.error?.code === 'OUT_OF_MEMORY' ? run.error.message : end?.detail;
    expect(run.error?.code === 'OUT_OF_MEMORY' || end?.reason === 'out_of_memory').toBe(true);
    expect(said).toMatch(/memory/);
    expect(run.output).not.toContain('8 GB were given');
    expect(run.output).not.toContain('1024 MiB');
  });

  it('one that forks endlessly gets no more processes than it may have, and said so', async () => {
    const limits = { ...suiteLimits, pids: 100 };
    const run = await attempt(fixturePath('forks-endlessly'), {}, { network: false, limits });
    expect(run.error?.code, run.output.slice(-3000)).toBe('PIDS_LIMIT');
    expect(Number(/(\d+) processes at most/.exec(run.output)?.[1])).toBeLessThanOrEqual(100);
  });

  it('one that writes outside its directory reaches nothing of the host, and sees nothing of its environment', async () => {
    const environment = { IRON_FIXTURE_PLACES: `${workDirectory}:${process.cwd()}:/tmp` };
    const run = await attempt(fixturePath('writes-outside'), {}, { network: false, environment });
    const wrote = [...run.output.matchAll(/^WROTE (.*)$/gm)].map(([, path]) => path ?? '');
    // `/tmp` is the container's own, in memory.
    expect(wrote).toEqual(['/tmp/ironwheel-was-here']);
    expect(run.output).toContain('refused /etc/ironwheel-was-here');
    for (const directory of ['/', '/etc', '/tmp', '/root', '/opt', workDirectory, process.cwd()]) {
      expect(existsSync(join(directory, 'ironwheel-was-here'))).toBe(false);
    }
    expect(run.output).toContain('environment {');
    expect(run.output).not.toContain(canary);
    expect(eventsOf(run.events, 'artifact')).toHaveLength(1);
  });

  it('a wheel that lies about its name, or leaves its directory, is refused', async () => {
    const lying = await attempt(fixturePath('lying-name'), {}, { network: false });
    expect(lying.error?.code).toBe('WHEEL_NAME_MISMATCH');
    const traversal = await attempt(fixturePath('traversal-wheel'), {}, { network: false });
    expect(traversal.error?.code).toBe('WHEEL_UNSAFE_PATH');
  });

  it('a build that fills the disk is ended', async () => {
    const limits = { ...suiteLimits, diskBytes: 200 * mebibyte };
    const run = await attempt(fixturePath('fills-disk'), {}, { network: false, limits });
    expect(run.steps.at(-1)).toMatchObject({ step: 'build', end: { reason: 'disk_full' } });
  });
});
