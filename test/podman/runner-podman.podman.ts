import {
  fixturePath,
  makeWorkDirectory,
  readEvents,
  requestOf,
  runnerSuite,
  type RunnerScenario,
} from '@ironwheel/plugin-kit/suites';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findDebianImage } from './debian-image.ts';
import { openPodmanRunner } from './open-runner.ts';

const found = findDebianImage();
const sampleOf: Record<RunnerScenario, string> = {
  succeeds: 'checksum',
  'fails-to-compile': fixturePath('fails-to-compile'),
  hangs: fixturePath('hangs'),
  'dials-out': fixturePath('dials-out'),
  'takes-memory': fixturePath('takes-memory'),
};

const containersOf = (attemptId: string): string[] => {
  const filter = `--filter=label=ironwheel.attempt=${attemptId}`;
  const listed = spawnSync('podman', ['ps', '--all', '--quiet', filter], { encoding: 'utf8' });
  return listed.stdout.split('\n').filter((line) => line !== '');
};

if ('why' in found) {
  process.stdout.write(`runner-podman is not tested here: ${found.why}\n`);
  describe('runner-podman', () => it.skip(`not here: ${found.why}`, () => undefined));
} else {
  const { image } = found;
  const workDirectory = mkdtempSync(join(tmpdir(), 'ironwheel-runner-podman-'));
  afterAll(() => rmSync(workDirectory, { recursive: true, force: true }));
  runnerSuite('runner-podman', {
    open: () => openPodmanRunner(image, workDirectory),
    prepare: (scenario, target) => ({
      workDirectory: makeWorkDirectory(sampleOf[scenario], target),
      environment: {},
    }),
    leftovers: (attemptId) => {
      const directory = join(workDirectory, 'attempts', attemptId);
      return Promise.resolve([...(existsSync(directory) ? [directory] : []), ...containersOf(attemptId)]);
    },
    foreignHandle: (attemptId) => ({
      version: 1,
      runner: 'runner-podman',
      attemptId,
      step: 'build',
      reference: { container: '0'.repeat(64) },
    }),
  });

  it('WORKER_RUN_CMD is run instead of the driver, with the step and the work directory', async () => {
    const runCommand = 'echo >/work/custom "$JOB_NAME"; exec python3 "$IRONWHEEL_DRIVER"';
    const runner = await openPodmanRunner(image, workDirectory, { runCommand });
    const probe = await runner.probe();
    const target = { pythonTag: probe.pythonTags[0]!, platformTag: probe.platformTags[0]! };
    const work = makeWorkDirectory('roman', target);
    const request = requestOf('att_custom', 'prepare', work, target, { environment: { JOB_NAME: 'roman' } });
    expect(await runner.wait(await runner.start(request))).toMatchObject({ reason: 'exited', exitCode: 0 });
    expect(readFileSync(join(work, 'custom'), 'utf8')).toBe('roman\n');
    expect(readEvents(work, 'prepare').at(-1)).toMatchObject({ type: 'step-finished', ok: true });
    await runner.clean('att_custom');
    rmSync(work, { recursive: true, force: true });
  });

  it('an image that is not here is named, with the way to get it', async () => {
    const runner = await openPodmanRunner('localhost/ironwheel-never-made:1', workDirectory);
    const probe = await runner.probe();
    expect(probe).toMatchObject({ ok: false, problems: [{ code: 'IMAGE_MISSING' }] });
  });
}
