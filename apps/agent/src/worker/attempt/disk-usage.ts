import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Bytes that a directory takes on disk, without following links; stops counting once `stopAt` is passed. What vanishes
 * or cannot be read meanwhile counts as nothing: a build is at work in it.
 */
export async function measureDirectory(directory: string, stopAt: number): Promise<number> {
  let bytes = 0;
  const open = [directory];
  for (let current = open.pop(); current !== undefined && bytes <= stopAt; current = open.pop()) {
    const entries = await opendir(current).catch(() => null);
    if (entries === null) continue;
    try {
      for await (const entry of entries as AsyncIterable<Dirent>) {
        const path = join(current, entry.name);
        if (entry.isDirectory()) open.push(path);
        const stat = await lstat(path).catch(() => null);
        bytes += (stat?.blocks ?? 0) * 512;
        if (bytes > stopAt) break;
      }
    } catch {
      // The directory went away while it was read.
    }
  }
  return bytes;
}
