import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StructuredLogger } from '@ironwheel/logging';
import { canEnter, type DatabaseUser } from './database-user.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';

/** Where the database's files are, and its socket. */
export interface ClusterPlace {
  /** PGDATA, mode 0700, owned by the database's user. */
  readonly data: string;
  /** Directory of the unix socket, mode 0700, owned by the database's user; short enough for a socket path. */
  readonly socket: string;
  /** The socket's directory was made for this start only, because the data directory's path is too long. */
  readonly isSocketTemporary: boolean;
}

/** Where data goes when the database's user cannot reach the data directory. */
export const reachableRoot = '/var/lib/ironwheel-postgres';

/** `sun_path` holds 107 bytes and a zero. */
const maxSocketPathBytes = 107;
const socketName = '/.s.PGSQL.5432';

/**
 * Places the cluster below the data directory, or, where the unprivileged user cannot enter that (a home of mode
 * 0700), below /var/lib/ironwheel-postgres, and remembers the place in `postgres-place.json`.
 */
export function placeCluster(
  dataDirectory: string,
  user: DatabaseUser | null,
  logger: StructuredLogger,
): ClusterPlace {
  const base = findBase(dataDirectory, user, logger);
  const data = makeOwned(join(base, 'data'), user);
  return { data, ...makeSocketDirectory(base, user) };
}

function findBase(dataDirectory: string, user: DatabaseUser | null, logger: StructuredLogger): string {
  const inside = join(dataDirectory, 'postgres');
  const note = join(dataDirectory, 'postgres-place.json');
  if (existsSync(note)) return (JSON.parse(readFileSync(note, 'utf8')) as { base: string }).base;
  if (letThrough(dataDirectory, user, logger)) {
    mkdirSync(inside, { recursive: true, mode: 0o711 });
    return inside;
  }
  if (existsSync(join(inside, 'data', 'PG_VERSION'))) {
    throw new EmbeddedPostgresError(
      `The database in ${inside} cannot be reached by the user ${user?.name ?? ''} that it has to run as. Let others pass through the directories above it (chmod o+x), or run the controller as the user who made it.`,
    );
  }
  const base = join(reachableRoot, createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16));
  mkdirSync(base, { recursive: true, mode: 0o711 });
  if (!canEnter(user, base)) {
    throw new EmbeddedPostgresError(
      `The user ${user?.name ?? ''} can enter neither ${dataDirectory} nor ${base}. Choose an IRONWHEEL_DATA_DIR that others may pass through, or set DATABASE_URL.`,
    );
  }
  writeFileSync(note, `${JSON.stringify({ base })}\n`, { mode: 0o600 });
  logger.warn('the database user cannot enter the data directory, so the database is kept elsewhere', {
    data_directory: dataDirectory,
    database_directory: base,
    database_user: user?.name,
  });
  return base;
}

/** A data directory of our own that only lacks the right to pass gets it; directories above it are not ours to change. */
function letThrough(directory: string, user: DatabaseUser | null, logger: StructuredLogger): boolean {
  if (canEnter(user, directory)) return true;
  if (user === null || !canEnter(user, dirname(directory))) return false;
  const mode = statSync(directory).mode & 0o777;
  if ((mode & 0o070) !== 0 && (mode & 0o001) !== 0) return false;
  chmodSync(directory, mode | 0o001);
  logger.info('the data directory now lets the database user pass through', {
    directory,
    database_user: user.name,
  });
  return canEnter(user, directory);
}

function makeOwned(directory: string, user: DatabaseUser | null): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  if (user !== null) chownSync(directory, user.uid, user.gid);
  return directory;
}

function makeSocketDirectory(base: string, user: DatabaseUser | null): Omit<ClusterPlace, 'data'> {
  const inside = join(base, 'run');
  if (Buffer.byteLength(inside + socketName) <= maxSocketPathBytes) {
    return { socket: makeOwned(inside, user), isSocketTemporary: false };
  }
  const short = mkdtempSync(join(tmpdir().length < 60 ? tmpdir() : '/tmp', 'iw-pg-'));
  return { socket: makeOwned(short, user), isSocketTemporary: true };
}
