import { createHash } from 'node:crypto';
import { openLocalFile } from '../archives/random-access.ts';
import { streamAccess } from '../archives/sdist-archive.ts';

export interface HashedFile {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Reads all bytes of a regular file: a step of its own behind a scan. */
export const hashLocalFile = async (path: string, signal?: AbortSignal): Promise<HashedFile> => {
  const access = await openLocalFile(path);
  try {
    const hash = createHash('sha256');
    for await (const chunk of streamAccess(access)) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
    return { sha256: hash.digest('hex'), size: access.size };
  } finally {
    await access.close();
  }
};
