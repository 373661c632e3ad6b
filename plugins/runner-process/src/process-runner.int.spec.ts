import {
  fixturePath,
  makeWorkDirectory,
  requestOf,
  runAttempt,
  runnerSuite,
  type RunnerScenario,
} from '@ironwheel/plugin-kit/suites';
import { loadPlugin, type Runner } from '@ironwheel/plugin-kit';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const workDirectory = mkdtempSync(join(tmpdir(), 'ironwheel-runner-process-'));
afterAll(() => rmSync(workDirectory, { recursive: true, force: true }));

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const hostEnvironment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

const open = async (config: Record<string, unknown> = { allow: true }): Promise<Runner> => {
  const loaded = await loadPlugin<Runner>({
    id: 'runner-process',
    kind: 'runner',
    load: () => import('./index.ts'),
    config: { hostEnvironment, graceMs: 500, ...config },
    context: {
      logger: silent,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory,
      signal: new AbortController().signal,
    },
  });
  return loaded.instance;
};

const sampleOf: Record<RunnerScenario, string> = {
  succeeds: 'checksum',
  'fails-to-compile': fixturePath('fails-to-compile'),
  hangs: fixturePath('hangs'),
  'dials-out': fixturePath('dials-out'),
  'takes-memory': fixturePath('takes-memory'),
};

const orphans = (): string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return /^\d+$/.test(pid) && command.includes('ironwheel-fixture-orphan') ? [`process ${pid}`] : [];
    } catch {
      return [];
    }
  });

runnerSuite('runner-process', {
  open,
  prepare: (scenario, target) => ({
    workDirectory: makeWorkDirectory(sampleOf[scenario], target),
    environment: {},
  }),
  leftovers: (attemptId) => {
    const directory = join(workDirectory, 'attempts', attemptId);
    return Promise.resolve([...(existsSync(directory) ? [directory] : []), ...orphans()]);
  },
  foreignHandle: (attemptId) => ({
    version: 1,
    runner: 'runner-process',
    attemptId,
    step: 'build',
    reference: { pid: 2_000_000_000, startTime: 1 },
  }),
});

const isRootWithSystemPython = process.getuid?.() === 0 && existsSync('/usr/bin/python3');

describe('runner-process', () => {
  it.skipIf(!isRootWithSystemPython)('builds as another user when the worker is root', async () => {
    const runner = await open({ allow: true, interpreters: ['/usr/bin/python3'] });
    const probe = await runner.probe();
    const target = { pythonTag: probe.pythonTags[0]!, platformTag: probe.platformTags.at(-1)! };
    const work = makeWorkDirectory('checksum', target);
    const run = await runAttempt(runner, 'att_as-nobody', work, target);
    const user = probe.facts['build_user'] as { uid: number } | null;
    expect(probe.problems.some(({ code }) => code === 'BUILDS_AS_ROOT')).toBe(user === null);
    expect(statSync(join(work, 'venv')).uid).toBe(user?.uid ?? 0);
    expect(run.steps.at(-1)).toMatchObject({ step: 'verify', end: { exitCode: 0 } });
    await runner.clean('att_as-nobody');
    rmSync(work, { recursive: true, force: true });
  });

  it('refuses a recipe whose packages are not on the host, and says which', async () => {
    const runner = await open({ allow: true });
    const probe = await runner.probe();
    const target = { pythonTag: probe.pythonTags[0]!, platformTag: probe.platformTags.at(-1)! };
    const work = makeWorkDirectory('roman', target);
    const absent = 'ironwheel-is-no-package';
    const systemPackages = { apt: [absent], dnf: [absent] };
    await expect(
      runner.start(requestOf('att_recipe', 'prepare', work, target, { systemPackages })),
    ).rejects.toMatchObject({
      code: 'RECIPE_UNSUPPORTED',
      message: expect.stringContaining(absent) as string,
    });
    const compilers = { apt: [], dnf: [], toolchain: ['gcc'] };
    await expect(
      runner.start(requestOf('att_recipe', 'prepare', work, target, { systemPackages: compilers })),
    ).rejects.toMatchObject({ code: 'RECIPE_UNSUPPORTED' });
    rmSync(work, { recursive: true, force: true });
  });

  it('does nothing unless it is allowed', async () => {
    const runner = await open({});
    const probe = await runner.probe();
    expect(probe.ok).toBe(false);
    expect(probe.problems[0]?.code).toBe('RUNNER_NOT_ALLOWED');
    await expect(
      runner.start({
        attemptId: 'att_refused',
        step: 'prepare',
        workDirectory: '/nonexistent',
        pythonTag: 'cp311',
        platformTag: 'any',
        network: false,
        environment: {},
        systemPackages: { apt: [], dnf: [] },
        limits: { timeoutMs: 1, memoryBytes: 1, pids: 1, cpus: 1, diskBytes: 1 },
      }),
    ).rejects.toMatchObject({ code: 'RUNNER_NOT_ALLOWED' });
  });
});
