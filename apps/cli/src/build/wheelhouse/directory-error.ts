import { CliError, exitCodes, usageError } from '../../cli-error.ts';

const diskFull: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What the file system refused, in words; any other error as it is. */
export function toDirectoryError(error: unknown, directory: string, filename: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const isFileSystem = error instanceof Error && 'syscall' in error && typeof code === 'string';
  if (!isFileSystem) return error;
  if (diskFull.has(code)) {
    return new CliError(`There is no room in ${directory} for ${filename}.`, {
      exitCode: exitCodes.usage,
      code: 'CLI_DISK_FULL',
      hint: 'Free space and run the same command again: what is there already is kept.',
      cause: error,
    });
  }
  return usageError(`${filename} in ${directory} cannot be read or written (${code}).`);
}
