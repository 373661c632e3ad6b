import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canTidy, type TidyBounds, type TidyRunner } from '@ironwheel/plugin-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostEnvironment, openPodmanRunner } from './open-runner.ts';

/** A podman with a storage of its own, so that nothing else of this host is in reach. */
let directory: string;
let podman: string;
let runner: TidyRunner;

const run = (...args: string[]): string =>
  execFileSync(podman, args, { env: hostEnvironment, encoding: 'utf8' }).trim();
const listImages = (): string[] =>
  run('images', '--format={{.Tag}}', '--filter=label=ironwheel.derived=1').split('\n').filter(Boolean).sort();
const listContainers = (): string[] =>
  run('ps', '--all', '--format={{.Names}}').split('\n').filter(Boolean).sort();
const bounds = (more: Partial<TidyBounds> = {}): TidyBounds => ({
  attempts: [],
  leftoverMinAgeMs: 0,
  images: { maxCount: 0, maxBytes: 0, maxAgeMs: 0 },
  ...more,
});

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'iw-tidy-podman-'));
  podman = join(directory, 'podman');
  writeFileSync(
    podman,
    `#!/bin/sh\nexec podman --root ${directory}/storage --runroot ${directory}/run --storage-driver vfs "$@"\n`,
  );
  chmodSync(podman, 0o755);
  mkdirSync(join(directory, 'layer'));
  execFileSync('tar', ['-cf', join(directory, 'layer.tar'), '-C', join(directory, 'layer'), '.']);
  for (const tag of ['one', 'two', 'three']) {
    writeFileSync(join(directory, 'layer', tag), tag.repeat(1000));
    execFileSync('tar', ['-cf', join(directory, 'layer.tar'), '-C', join(directory, 'layer'), '.']);
    run(
      'import',
      '--change',
      'LABEL ironwheel.derived=1',
      join(directory, 'layer.tar'),
      `localhost/ironwheel-derived:${tag}`,
    );
  }
  run('import', join(directory, 'layer.tar'), 'localhost/of-somebody:else');
  const opened = await openPodmanRunner('localhost/none:1', join(directory, 'work'), { podman });
  if (!canTidy(opened)) throw new Error('runner-podman cannot tidy');
  runner = opened;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('tidying podman', () => {
  it('removes containers that nobody knows, then images that none stands on, and nothing of others', async () => {
    const create = (name: string, attempt: string): string =>
      run(
        'create',
        `--name=${name}`,
        `--label=ironwheel.attempt=${attempt}`,
        'localhost/ironwheel-derived:one',
        'true',
      );
    create('ironwheel-left', 'att_left');
    create('ironwheel-known', 'att_known');
    run('create', '--name=ironwheel-recipe-cut-off', 'localhost/of-somebody:else', 'true');
    run('create', '--name=another', 'localhost/of-somebody:else', 'true');

    expect(await runner.tidy(bounds({ leftoverMinAgeMs: 3_600_000 }))).toEqual({
      containers: 0,
      images: 0,
      imageBytes: 0,
    });
    const images = { maxCount: 0, maxBytes: 1, maxAgeMs: 0 };
    expect(await runner.tidy(bounds({ attempts: ['att_known'], images }))).toMatchObject({
      containers: 2,
      images: 2,
    });
    expect(listContainers()).toEqual(['another', 'ironwheel-known']);
    expect(listImages()).toEqual(['one']);
    expect(await runner.tidy(bounds({ images }))).toMatchObject({ containers: 1, images: 1 });
    expect(listImages()).toEqual([]);
    expect(run('images', '--format={{.Repository}}')).toBe('localhost/of-somebody');
  });
});
