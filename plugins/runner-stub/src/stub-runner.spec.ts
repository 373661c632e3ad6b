import { loadPlugin, type DriverJobInput, type Runner } from '@ironwheel/plugin-kit';
import { eventsOf, runAttempt, runnerSuite, type RunnerScenario } from '@ironwheel/plugin-kit/suites';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stubScriptKey, type StubScriptInput } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'ironwheel-runner-stub-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const target = { pythonTag: 'cp312', platformTag: 'linux_x86_64' };

const open = async (config: unknown = {}): Promise<Runner> => {
  const loaded = await loadPlugin<Runner>({
    id: 'runner-stub',
    kind: 'runner',
    load: () => import('./index.ts'),
    config,
    context: {
      logger: silent,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory: root,
      signal: new AbortController().signal,
    },
  });
  return loaded.instance;
};

const makeWork = (more: Partial<DriverJobInput> = {}): string => {
  const work = mkdtempSync(join(root, 'work-'));
  const job: DriverJobInput = {
    schema: 1,
    name: 'Demo.Package',
    version: '1.2',
    python_tag: target.pythonTag,
    platform_tag: target.platformTag,
    ...more,
  };
  writeFileSync(join(work, 'job.json'), JSON.stringify(job));
  return work;
};

const scriptOf: Record<RunnerScenario, StubScriptInput> = {
  succeeds: {},
  'fails-to-compile': { outcome: 'fail', code: 'COMPILE_FAILED' },
  hangs: { outcome: 'hang' },
  'dials-out': { outcome: 'fail', code: 'NETWORK_IN_BUILD' },
  'takes-memory': { outcome: 'out_of_memory' },
};

runnerSuite('runner-stub', {
  open: () => open(),
  prepare: (scenario) => ({
    workDirectory: makeWork({ name: 'demo-package' }),
    environment: { [stubScriptKey]: JSON.stringify(scriptOf[scenario]) },
  }),
  leftovers: (attemptId) => {
    const directory = join(root, 'attempts', attemptId);
    return Promise.resolve(existsSync(directory) ? [directory] : []);
  },
  foreignHandle: (attemptId) => ({
    version: 1,
    runner: 'runner-stub',
    attemptId,
    step: 'build',
    reference: { started: 1 },
  }),
});

describe('runner-stub', () => {
  it('takes its script by the name of the project, and each outcome shows as it would for real', async () => {
    const runner = await open({
      byName: {
        'demo-package': {
          outcome: 'fail',
          step: 'fetch',
          code: 'SDIST_NOT_FOUND',
          message: 'none',
          output: [],
        },
        lost: { outcome: 'vanish' },
        refused: { outcome: 'refuse', step: 'prepare', code: 'IMAGE_MISSING' },
      },
    });
    const failed = await runAttempt(runner, 'att_failed', makeWork(), target);
    expect(failed.steps.at(-1)).toMatchObject({ step: 'fetch', end: { exitCode: 1 } });
    expect(eventsOf(failed.events, 'error')[0]).toMatchObject({ code: 'SDIST_NOT_FOUND', message: 'none' });
    const lost = await runAttempt(runner, 'att_lost', makeWork({ name: 'lost' }), target);
    expect(lost.steps.at(-1)).toMatchObject({ step: 'build', end: { reason: 'vanished' } });
    const refused = runAttempt(runner, 'att_refused', makeWork({ name: 'refused' }), target);
    await expect(refused).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  });

  it('makes a wheel that Python reads, with the build tag of the job', async () => {
    const work = makeWork({ build_tag: '3' });
    const run = await runAttempt(await open(), 'att_wheel', work, target);
    const artifact = eventsOf(run.events, 'artifact')[0]!;
    expect(artifact.filename).toBe('demo_package-1.2-3-py3-none-any.whl');
    const check =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))';
    const said = execFileSync('python3', ['-c', check, join(work, artifact.path)], { encoding: 'utf8' });
    expect(said.trim()).toBe('None 4');
  });
});
