import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, findRootSource, has, keyOf, suite, withDebianRoot } from './debian-root.ts';

const buildPackages = [
  'build-essential',
  'ca-certificates',
  'python3',
  'python3-dev',
  'python3-pip',
  'python3-venv',
];

export interface DebianImage {
  readonly image: string;
  readonly tar: string;
  readonly key: string;
}
export type FoundImage = DebianImage | { readonly why: string };

/**
 * A Debian image with these packages, made without a registry (debootstrap and `podman import`) and kept in a cache by
 * its list of packages, as a tar of its root and in podman's storage. Answers why when this machine cannot make one.
 */
export function findImageOf(name: string, packages: readonly string[]): FoundImage {
  for (const command of ['podman', 'tar']) if (!has(command)) return { why: `${command} is not installed` };
  const key = keyOf(packages);
  const image = `localhost/ironwheel-test-${name}:${key}`;
  const tar = join(cacheDirectory(), `${name}-${suite}-${key}.tar`);
  const isImported = spawnSync('podman', ['image', 'exists', image]).status === 0;
  if (isImported && existsSync(tar)) return { image, tar, key };
  if (!existsSync(tar)) {
    const source = findRootSource();
    if ('why' in source) return source;
    mkdirSync(cacheDirectory(), { recursive: true });
    withDebianRoot(source.mirror, packages, (root) => {
      execFileSync('tar', ['-C', root, '-cf', `${tar}.part`, '.']);
      renameSync(`${tar}.part`, tar);
    });
  }
  if (isImported) return { image, tar, key };
  const imported = spawnSync('podman', ['import', '--quiet', tar, image], { encoding: 'utf8' });
  return imported.status === 0
    ? { image, tar, key }
    : { why: `podman import failed: ${imported.stderr.slice(-300)}` };
}

/** An image with Python and a compiler, to build in. */
export const findDebianImage = (): FoundImage => findImageOf('debian', buildPackages);

/** The archive (`podman save`) of an image, kept beside the tar of its root; else why there is none. */
export function findImageArchive({
  image,
  tar,
}: DebianImage): { readonly archive: string } | { readonly why: string } {
  const archive = tar.replace(/\.tar$/, '.archive.tar');
  if (existsSync(archive)) return { archive };
  const args = ['save', '--quiet', '--output', `${archive}.part`, image];
  const saved = spawnSync('podman', args, { encoding: 'utf8' });
  if (saved.status !== 0) return { why: `podman save failed: ${saved.stderr.slice(-300)}` };
  renameSync(`${archive}.part`, archive);
  return { archive };
}
