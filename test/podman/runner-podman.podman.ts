import {
  fixturePath,
  makeWorkDirectory,
  runnerSuite,
  type RunnerScenario,
} from '@ironwheel/plugin-kit/suites';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
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
}
