import { createHash } from 'node:crypto';
import {
  mkdir,
  open,
  opendir,
  rename,
  rm,
  stat,
  statfs,
  unlink,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  ArtifactHashMismatchError,
  ArtifactStoreFullError,
  ArtifactTooLargeError,
  type ArtifactStore,
  type ListedArtifact,
  type PluginLogger,
  type ProbeResult,
  type StoredArtifact,
} from '@ironwheel/plugin-kit';
import { DigestTurns } from './digest-turns.ts';
import { TemporaryFiles } from './temporary-files.ts';

export interface FileArtifactStoreOptions {
  readonly directory: string;
  readonly reserveBytes: number;
  readonly logger: PluginLogger;
}

const digestForm = /^[0-9a-f]{64}$/;
/** No space, over quota, past a file size limit. */
const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;

/**
 * Files under `<directory>/<first two digits>/<sha256>`. Bytes are written to a temporary file, synced, and renamed
 * into place: a digest is either absent or complete, whenever the process or the machine dies.
 */
export class FileArtifactStore implements ArtifactStore {
  readonly #options: FileArtifactStoreOptions;
  readonly #temporary: TemporaryFiles;
  /** So that bytes which come anew and their deletion do not cross. */
  readonly #turns = new DigestTurns();

  private constructor(options: FileArtifactStoreOptions) {
    this.#options = options;
    this.#temporary = new TemporaryFiles(join(options.directory, 'tmp'));
  }

  static async open(options: FileArtifactStoreOptions): Promise<FileArtifactStore> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const store = new FileArtifactStore(options);
    const count = await store.#temporary.removeStale(Date.now());
    if (count > 0) options.logger.info('removed unfinished files of an earlier life', { count });
    return store;
  }

  async put(
    source: Readable,
    options: { readonly expectedSha256?: string; readonly maxBytes: number },
  ): Promise<StoredArtifact> {
    try {
      return await this.#put(source, options);
    } catch (error) {
      source.destroy();
      throw fullCodes.has(codeOf(error) ?? '') ? new ArtifactStoreFullError({ cause: error }) : error;
    }
  }

  async read(
    sha256: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<Readable | null> {
    const file = await this.#open(sha256);
    return file?.createReadStream({ ...range, highWaterMark: 256 * 1024 }) ?? null;
  }

  async stat(sha256: string): Promise<{ readonly size: number } | null> {
    if (!digestForm.test(sha256)) return null;
    try {
      return { size: (await stat(this.#pathOf(sha256))).size };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async delete(sha256: string, options: { readonly storedBefore?: Date } = {}): Promise<boolean> {
    if (!digestForm.test(sha256)) return false;
    const { storedBefore } = options;
    return this.#turns.take(sha256, async () => {
      try {
        const path = this.#pathOf(sha256);
        if (storedBefore !== undefined && (await stat(path)).mtime >= storedBefore) return false;
        await unlink(path);
        return true;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      }
    });
  }

  async *list(): AsyncGenerator<ListedArtifact> {
    for await (const { name: shelf } of await opendir(this.#options.directory)) {
      if (!/^[0-9a-f]{2}$/.test(shelf)) continue;
      for await (const { name } of await opendir(join(this.#options.directory, shelf))) {
        if (!digestForm.test(name)) continue;
        const facts = await stat(this.#pathOf(name)).catch(() => null);
        if (facts !== null) yield { sha256: name, size: facts.size, storedAt: facts.mtime };
      }
    }
  }

  async probe(): Promise<ProbeResult> {
    const { directory, reserveBytes } = this.#options;
    const facts = { directory, free_bytes: await this.#freeBytes(), reserve_bytes: reserveBytes };
    const problems: { code: string; text: string }[] = [];
    if (facts.free_bytes <= reserveBytes) {
      problems.push({
        code: 'STORE_FULL',
        text: `${directory} has ${facts.free_bytes} bytes free and keeps ${reserveBytes} in reserve; free space on its disk.`,
      });
    }
    try {
      const { path, file } = await this.#temporary.create();
      await file.close();
      await rm(path, { force: true });
    } catch (error) {
      const reason = codeOf(error) ?? 'unknown';
      problems.push({
        code: 'STORE_NOT_WRITABLE',
        text: `${directory} cannot be written (${reason}); check its owner and mode.`,
      });
    }
    return { ok: problems.length === 0, problems, facts };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #put(
    source: Readable,
    options: { readonly expectedSha256?: string; readonly maxBytes: number },
  ): Promise<StoredArtifact> {
    if ((await this.#freeBytes()) <= this.#options.reserveBytes) throw new ArtifactStoreFullError();
    const { path, file } = await this.#temporary.create();
    try {
      const { sha256, size } = await this.#write(file, source, options.maxBytes);
      if (options.expectedSha256 !== undefined && options.expectedSha256 !== sha256) {
        throw new ArtifactHashMismatchError(options.expectedSha256, sha256);
      }
      const existed = await this.#turns.take(sha256, async () => {
        if (await this.#touch(sha256)) return true;
        await this.#moveIntoPlace(path, sha256);
        return false;
      });
      return { sha256, size, existed };
    } finally {
      await rm(path, { force: true });
    }
  }

  /** Writes and syncs; the file is closed in any case. */
  async #write(
    file: FileHandle,
    source: Readable,
    maxBytes: number,
  ): Promise<{ sha256: string; size: number }> {
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const chunk of source as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > maxBytes) throw new ArtifactTooLargeError(maxBytes);
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { sha256: hash.digest('hex'), size };
  }

  /** Notes that these bytes were put again; false when they are not here. */
  async #touch(sha256: string): Promise<boolean> {
    try {
      const now = new Date();
      await utimes(this.#pathOf(sha256), now, now);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  async #moveIntoPlace(temporaryPath: string, sha256: string): Promise<void> {
    const path = this.#pathOf(sha256);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Two that bring the same bytes at once: the second rename puts equal bytes in place of equal bytes.
    await rename(temporaryPath, path);
    await syncDirectory(dirname(path));
    await syncDirectory(this.#options.directory);
  }

  async #open(sha256: string): Promise<FileHandle | null> {
    if (!digestForm.test(sha256)) return null;
    try {
      return await open(this.#pathOf(sha256), 'r');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async #freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#options.directory);
    return bavail * bsize;
  }

  #pathOf(sha256: string): string {
    return join(this.#options.directory, sha256.slice(0, 2), sha256);
  }
}

/** A rename is on the disk for good only once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
