import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chooseRunner } from './choose-runner.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'iw-runner-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A podman that knows one image. */
async function makePodman(image: string): Promise<string> {
  const program = join(directory, 'podman');
  await writeFile(program, `#!/bin/sh\n[ "$1" = --version ] || [ "$3" = "${image}" ]\n`);
  await chmod(program, 0o755);
  return program;
}

it('takes podman only where it is installed and the image is at hand', async () => {
  const none = await chooseRunner('auto', { PODMAN_BIN: join(directory, 'nothing') });
  expect(none).toMatchObject({ name: 'process', reason: 'podman is not installed' });

  const podman = await makePodman('localhost/ironwheel-debian:1');
  const data = join(directory, 'data');
  const images = join(data, 'containers', 'storage', 'overlay-images');
  await mkdir(images, { recursive: true });
  await writeFile(join(images, 'images.json'), '[{"names":["localhost/ironwheel-debian:1"]}]');
  await expect(chooseRunner('auto', { PODMAN_BIN: podman, XDG_DATA_HOME: data })).resolves.toMatchObject({
    name: 'podman',
    image: null,
  });
  const other = await chooseRunner('auto', { PODMAN_BIN: podman, CONTAINER_IMAGE: 'localhost/mine:1' });
  expect(other).toMatchObject({ name: 'process' });
  expect(other.reason).toMatch(/localhost\/mine:1 is not on this machine/);
});

it('does as asked without looking', async () => {
  await expect(chooseRunner('process', {})).resolves.toMatchObject({ name: 'process' });
  await expect(chooseRunner('podman', { CONTAINER_IMAGE: 'localhost/mine:1' })).resolves.toMatchObject({
    name: 'podman',
    image: 'localhost/mine:1',
  });
});
