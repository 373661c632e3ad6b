import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives a directory and all below it to a user. Links themselves are given, never what they point at. */
export async function giveTree(directory: string, owner: FileOwner): Promise<void> {
  await lchown(directory, owner.uid, owner.gid);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await giveTree(path, owner);
    else await lchown(path, owner.uid, owner.gid);
  }
}

/** Bytes on disk below a directory; links are not followed, and what vanishes meanwhile is left out. */
export async function measureTree(directory: string): Promise<number> {
  let total = 0;
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) total += await measureTree(path);
    else
      total += await lstat(path).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      );
  }
  return total;
}
