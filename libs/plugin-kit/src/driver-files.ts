import { constants } from 'node:fs';
import { lstat, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverStep } from './runner.ts';

/** A path in the work directory of an attempt is not what it should be: code of the package may have changed it. */
export class DriverFileError extends Error {
  readonly code = 'DRIVER_FILE_UNSAFE';
  constructor(path: string, why: string) {
    super(`${path}: ${why}`);
    this.name = 'DriverFileError';
  }
}

/** Path of a step's events, relative to the work directory. */
export const eventFileOf = (step: DriverStep): string => `out/${step}.jsonl`;

/**
 * Opens a file below a work directory for reading. Code of a hostile package can write there, so no part of the
 * path may be a symbolic link, and the file must be an ordinary one.
 *
 * @throws {DriverFileError} for a link, a `..` or anything that is no ordinary file; `ENOENT` while it is missing.
 */
export async function openDriverFile(workDirectory: string, relativePath: string): Promise<FileHandle> {
  const parts = relativePath.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new DriverFileError(relativePath, 'not a plain relative path');
  }
  let directory = workDirectory;
  for (const part of parts.slice(0, -1)) {
    directory = join(directory, part);
    if (!(await lstat(directory)).isDirectory()) throw new DriverFileError(relativePath, 'not a directory');
  }
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(directory, parts.at(-1) ?? ''), flags).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') {
      throw new DriverFileError(relativePath, 'a symbolic link');
    }
    throw error;
  });
  if (!(await file.stat()).isFile()) {
    await file.close();
    throw new DriverFileError(relativePath, 'not an ordinary file');
  }
  return file;
}

/** Makes `out/` and removes what lies in the place of the step's event file. Runners call it before each step. */
export async function prepareStepOutput(workDirectory: string, step: DriverStep): Promise<void> {
  const out = join(workDirectory, 'out');
  await mkdir(out, { recursive: true, mode: 0o755 });
  if (!(await lstat(out)).isDirectory()) throw new DriverFileError('out', 'not a directory');
  await rm(join(workDirectory, eventFileOf(step)), { force: true, recursive: true });
}
