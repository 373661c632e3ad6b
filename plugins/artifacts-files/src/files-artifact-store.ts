import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  ArtifactHashMismatchError,
  ArtifactStoreFullError,
  ArtifactTooLargeError,
  type ArtifactStore,
  type PluginContext,
  type ProbeResult,
  type StoredArtifact,
} from '@ironwheel/plugin-kit';

export interface FilesConfig {
  /** Where the bytes lie; without it, the plugin's own directory. */
  readonly directory?: string | undefined;
  /** `probe` reports a problem when less than this is free. Bytes. */
  readonly minFreeBytes: number;
}

const digestForm = /^[0-9a-f]{64}$/;
const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Files named by their SHA-256, `<directory>/<first two digits>/<digest>`. Bytes are written beside the place,
 * synced and renamed, so that a digest is either absent or complete, whatever is killed when.
 */
export class FilesArtifactStore implements ArtifactStore {
  readonly #directory: string;
  readonly #incoming: string;
  readonly #minFreeBytes: number;

  private constructor(directory: string, minFreeBytes: number) {
    this.#directory = directory;
    this.#incoming = join(directory, 'incoming');
    this.#minFreeBytes = minFreeBytes;
  }

  /** Opens the directory, made if need be, and removes what an interrupted write left. */
  static async open(context: PluginContext<FilesConfig>): Promise<FilesArtifactStore> {
    const directory = context.config.directory ?? join(context.workDirectory, 'sha256');
    const store = new FilesArtifactStore(directory, context.config.minFreeBytes);
    await mkdir(store.#incoming, { recursive: true, mode: 0o700 });
    const leftovers = await readdir(store.#incoming);
    await Promise.all(leftovers.map((name) => rm(join(store.#incoming, name), { force: true })));
    if (leftovers.length > 0) context.logger.info('removed interrupted writes', { files: leftovers.length });
    return store;
  }

  async put(
    source: Readable,
    options: { readonly expectedSha256?: string; readonly maxBytes: number },
  ): Promise<StoredArtifact> {
    const temporary = join(this.#incoming, randomUUID());
    try {
      const file = await open(temporary, 'wx', 0o600);
      let written: { sha256: string; size: number };
      try {
        written = await writeHashed(source, file, options.maxBytes);
        if (options.expectedSha256 !== undefined && options.expectedSha256 !== written.sha256) {
          throw new ArtifactHashMismatchError(options.expectedSha256, written.sha256);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      return { ...written, existed: await this.#keep(temporary, written.sha256) };
    } catch (error) {
      source.destroy();
      await rm(temporary, { force: true });
      throw isFull(error) ? new ArtifactStoreFullError({ cause: error }) : error;
    }
  }

  async read(
    sha256: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<Readable | null> {
    const path = this.#path(sha256);
    if (path === null || (await this.stat(sha256)) === null) return null;
    return createReadStream(path, range);
  }

  async stat(sha256: string): Promise<{ size: number } | null> {
    const path = this.#path(sha256);
    if (path === null) return null;
    try {
      return { size: (await stat(path)).size };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async delete(sha256: string): Promise<boolean> {
    const path = this.#path(sha256);
    if (path === null) return false;
    try {
      await unlink(path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async probe(): Promise<ProbeResult> {
    const { bavail, bsize } = await statfs(this.#directory);
    const free = bavail * bsize;
    const isLow = free < this.#minFreeBytes;
    return {
      ok: !isLow,
      problems: isLow
        ? [
            {
              code: 'ARTIFACT_STORE_LOW',
              text: `Only ${free} bytes are free in the artifact store; make room.`,
            },
          ]
        : [],
      facts: { directory: this.#directory, free_bytes: free },
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Renames into place; true when the same bytes were there. The directory is synced, so the name survives a crash. */
  async #keep(temporary: string, sha256: string): Promise<boolean> {
    if ((await this.stat(sha256)) !== null) {
      await rm(temporary, { force: true });
      return true;
    }
    const folder = join(this.#directory, sha256.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(temporary, join(folder, sha256));
    const directory = await open(folder, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    return false;
  }

  #path(sha256: string): string | null {
    return digestForm.test(sha256) ? join(this.#directory, sha256.slice(0, 2), sha256) : null;
  }
}

async function writeHashed(
  source: Readable,
  file: FileHandle,
  maxBytes: number,
): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of source) {
    const bytes = piece as Buffer;
    size += bytes.length;
    if (size > maxBytes) throw new ArtifactTooLargeError(maxBytes);
    hash.update(bytes);
    for (let done = 0; done < bytes.length;) {
      done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
    }
  }
  return { sha256: hash.digest('hex'), size };
}
