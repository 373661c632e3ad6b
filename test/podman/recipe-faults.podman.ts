import { makeWorkDirectory, runAttempt } from '@ironwheel/plugin-kit/suites';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDebianImage } from './debian-image.ts';
import { openPodmanRunner } from './open-runner.ts';

const found = findDebianImage();
const why = 'why' in found ? found.why : null;
if (why !== null) process.stdout.write(`faults of recipes are not shown here: ${why}\n`);

describe.skipIf(why !== null)('a recipe whose packages cannot be fetched', () => {
  const image = `localhost/ironwheel-test-dead-mirror:${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), 'ironwheel-recipe-faults-'));
  const podman = (...args: string[]): string => execFileSync('podman', args, { encoding: 'utf8' }).trim();

  beforeAll(() => {
    // Nothing listens on the port "discard" of a container.
    writeFileSync(join(directory, 'sources.list'), 'deb http://127.0.0.1:9/debian stable main\n');
    const container = podman('create', 'image' in found ? found.image : '', 'true');
    podman('cp', join(directory, 'sources.list'), `${container}:/etc/apt/sources.list`);
    podman('commit', '-q', container, image);
    podman('rm', container);
  });
  afterAll(() => {
    podman('rmi', '-f', image);
    rmSync(directory, { recursive: true, force: true });
  });

  it('is not at fault while the mirror does not answer', async () => {
    const runner = await openPodmanRunner(image, directory);
    try {
      const probe = await runner.probe();
      expect(probe.ok, JSON.stringify(probe.problems)).toBe(true);
      const target = { pythonTag: probe.pythonTags[0]!, platformTag: probe.platformTags[0]! };
      const work = makeWorkDirectory('checksum', target, {});
      const systemPackages = { apt: ['libyaml-dev'], dnf: [] };
      await expect(
        runAttempt(runner, `att_recipe-${process.pid}`, work, target, { systemPackages }),
      ).rejects.toMatchObject({
        code: 'RECIPE_PACKAGES_UNREACHABLE',
        message: expect.stringMatching(
          /^libyaml-dev could not be installed, a mirror did not answer: /,
        ) as string,
      });
      expect(podman('ps', '--all', '--format={{.Names}}')).not.toContain('ironwheel-recipe-');
      rmSync(work, { recursive: true, force: true });
    } finally {
      await runner.close();
    }
  });
});
