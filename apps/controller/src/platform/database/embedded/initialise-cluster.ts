import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnIdentity, type DatabaseUser } from './database-user.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

const execute = promisify(execFile);

/** The superuser of the embedded database. */
export const databaseOwner = 'ironwheel';

/** Reads the database's password, made at random once and kept with mode 0600. */
export function getPassword(dataDirectory: string): string {
  const file = join(dataDirectory, 'postgres-password');
  if (!existsSync(file)) {
    try {
      writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  return readFileSync(file, 'utf8').trim();
}

/**
 * Refuses data of another major version of Postgres: binaries of one cannot read the files of another, and they are
 * never overwritten. Returns false when there is no cluster yet.
 */
export function checkClusterVersion(data: string, binaries: PostgresBinaries): boolean {
  const file = join(data, 'PG_VERSION');
  if (!existsSync(file)) return false;
  const major = Number(readFileSync(file, 'utf8').trim());
  if (major === binaries.major) return true;
  throw new EmbeddedPostgresError(
    `The database in ${data} was made by Postgres ${Number.isNaN(major) ? 'of an unknown version' : major}, but the binaries here are Postgres ${binaries.version}. ` +
      `Nothing was changed. Install Postgres ${Number.isNaN(major) ? 'of that version' : major} (for example below /usr/lib/postgresql/${major}), or dump the data with it and restore it into a new IRONWHEEL_DATA_DIR or a server named by DATABASE_URL.`,
  );
}

/**
 * Makes a new cluster beside `data` and moves it there when it is whole, so that one that was cut short is never
 * used. Any file in `data` itself is a reason to stop.
 */
export async function initialiseCluster(
  data: string,
  binaries: PostgresBinaries,
  user: DatabaseUser | null,
  password: string,
): Promise<void> {
  if (readdirSync(data).length > 0) {
    throw new EmbeddedPostgresError(
      `${data} is not empty but holds no database (PG_VERSION is missing). It is left alone; move it away or restore it.`,
    );
  }
  const fresh = `${data}.new`;
  const passwordFile = `${data}.pw`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (user !== null) for (const path of [fresh, passwordFile]) chownSync(path, user.uid, user.gid);
    await runInitdb(fresh, passwordFile, binaries, user);
    renameSync(fresh, data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function runInitdb(
  directory: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  user: DatabaseUser | null,
): Promise<void> {
  const options = [
    `--pgdata=${directory}`,
    `--username=${databaseOwner}`,
    `--pwfile=${passwordFile}`,
    '--auth-local=scram-sha-256',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    // From 17 on: UTF-8 rules of case, order by code point, the same on every system.
    ...(binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
  ];
  try {
    await execute(join(binaries.bin, 'initdb'), options, {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      ...spawnIdentity(user),
    });
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new EmbeddedPostgresError(
      `The database could not be made in ${directory}: ${text.slice(-500)}`,
      error,
    );
  }
}
