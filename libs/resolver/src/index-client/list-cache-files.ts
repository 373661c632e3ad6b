import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export const temporaryPrefix = 'writing-';
/** A file that is written for longer was left by a process that ended. */
const oldestTemporaryMs = 60 * 60 * 1000;

export interface CacheFile {
  readonly path: string;
  readonly size: number;
  readonly usedAt: number;
}

const listNames = (directory: string): Promise<string[]> =>
  readdir(directory).catch((cause: unknown) => {
    const isMissing =
      cause instanceof Error && 'code' in cause && ['ENOENT', 'ENOTDIR'].includes(String(cause.code));
    if (!isMissing) throw cause;
    return [];
  });

/** The files of a cache directory, without those that another process takes away meanwhile. Clears what was left over. */
export const listCacheFiles = async (directory: string, now: number): Promise<CacheFile[]> => {
  const files: CacheFile[] = [];
  for (const folder of await listNames(directory)) {
    // Two digits of the key; anything else in there is not ours.
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    const names = await listNames(join(directory, folder));
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(directory, folder, name);
        const facts = await stat(path).catch(() => undefined);
        if (facts === undefined || !facts.isFile()) return undefined;
        if (name.startsWith(temporaryPrefix) && now - facts.mtimeMs > oldestTemporaryMs) {
          await unlink(path).catch(() => undefined);
          return undefined;
        }
        return { path, size: facts.size, usedAt: facts.atimeMs };
      }),
    );
    files.push(...found.filter((file) => file !== undefined));
  }
  return files;
};
