import {
  close,
  closeSync,
  fstat,
  fstatSync,
  futimes,
  futimesSync,
  mkdir,
  mkdirSync,
  open,
  openSync,
  read,
  readSync,
  rename,
  renameSync,
  statSync,
  unlink,
  unlinkSync,
  write,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** The calls that small files take; a call that waits is as good as one that answers at once. */
interface FileSystem {
  open(path: string, flags: string, mode?: number): Promise<number> | number;
  fstat(descriptor: number): Promise<Stats> | Stats;
  /** Bytes read, at most until the end of `bytes`. */
  read(descriptor: number, bytes: Buffer, at: number): Promise<number> | number;
  /** Bytes written, from `at` to the end of `bytes`. */
  write(descriptor: number, bytes: Uint8Array, at: number): Promise<number> | number;
  futimes(descriptor: number, usedAt: Date, madeAt: Date): Promise<void> | void;
  close(descriptor: number): Promise<void> | void;
  rename(from: string, to: string): Promise<void> | void;
  unlink(path: string): Promise<void> | void;
  makeFolder(path: string): unknown;
}

const folder = { recursive: true, mode: 0o700 } as const;
const readAt = promisify(read);
const writeAt = promisify(write);
const makeFolder = promisify(mkdir);

// Thousands of small files: the objects that `node:fs/promises` makes for each cost more than the files.
const threads: FileSystem = {
  open: promisify(open),
  fstat: promisify(fstat),
  read: async (descriptor, bytes, at) =>
    (await readAt(descriptor, bytes, at, bytes.length - at, at)).bytesRead,
  write: async (descriptor, bytes, at) =>
    (await writeAt(descriptor, bytes, at, bytes.length - at, null)).bytesWritten,
  futimes: promisify(futimes),
  close: promisify(close),
  rename: promisify(rename),
  unlink: promisify(unlink),
  makeFolder: (path) => makeFolder(path, folder),
};

const atOnce: FileSystem = {
  open: openSync,
  fstat: fstatSync,
  read: (descriptor, bytes, at) => readSync(descriptor, bytes, at, bytes.length - at, at),
  write: (descriptor, bytes, at) => writeSync(descriptor, bytes, at, bytes.length - at, null),
  futimes: futimesSync,
  close: closeSync,
  rename: renameSync,
  unlink: unlinkSync,
  makeFolder: (path) => mkdirSync(path, folder),
};

/**
 * Who reaches the disk: `threads`, so that a slow disk keeps nobody waiting; or `at-once`, for a process that does
 * nothing else, in a tenth of the time.
 */
export type DiskAccess = 'threads' | 'at-once';
const systems: Readonly<Record<DiskAccess, FileSystem>> = { threads, 'at-once': atOnce };

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** A file as it stands, and its times. Null for none, and for one that is larger. Throws what the system says. */
export const readSmallFile = async (
  path: string,
  maxBytes: number,
  access: DiskAccess = 'threads',
): Promise<{ readonly bytes: Buffer; readonly stats: Stats } | null> => {
  // Most files of a new plan are not there, and a look at a folder costs less than handing it to a thread.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
  const system = systems[access];
  const descriptor = await system.open(path, 'r');
  try {
    const stats = await system.fstat(descriptor);
    if (!stats.isFile() || stats.size > maxBytes) return null;
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    let at = 0;
    while (at < bytes.length) {
      const count = await system.read(descriptor, bytes, at);
      if (count === 0) break;
      at += count;
    }
    return { bytes: bytes.subarray(0, at), stats };
  } finally {
    await system.close(descriptor);
  }
};

/** Folders are made for the first file in them only. */
const openNew = async (path: string, system: FileSystem): Promise<number> => {
  try {
    return await system.open(path, 'wx', 0o600);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await system.makeFolder(dirname(path));
    return system.open(path, 'wx', 0o600);
  }
};

export interface FileTimes {
  readonly usedAt: Date;
  readonly madeAt: Date;
}

export interface SmallFile {
  readonly path: string;
  /** Beside it, of a name that nobody else uses. */
  readonly temporary: string;
  readonly parts: readonly Uint8Array[];
  readonly times?: FileTimes;
}

/** Writes beside and renames, so that a reader sees a whole file or none. Throws what the system says. */
export const writeSmallFile = async (
  { path, temporary, parts, times }: SmallFile,
  access: DiskAccess = 'threads',
): Promise<void> => {
  const system = systems[access];
  const descriptor = await openNew(temporary, system);
  try {
    try {
      for (const part of parts) {
        let at = 0;
        while (at < part.length) at += await system.write(descriptor, part, at);
      }
      if (times !== undefined) await system.futimes(descriptor, times.usedAt, times.madeAt);
    } finally {
      await system.close(descriptor);
    }
    await system.rename(temporary, path);
  } catch (error) {
    try {
      await system.unlink(temporary);
    } catch {
      // It is not there, or cannot be taken away either; why it was not written is what matters.
    }
    throw error;
  }
};
