import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LruMap } from './lru-map.ts';
import { readSmallFile, writeSmallFile, type DiskAccess } from './small-files.ts';
import { WriteBehind } from './write-behind.ts';

/** Keeps the few bytes that were read out of files whose content never changes. Losing them costs time only. */
export interface ExtractCache {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, bytes: Uint8Array): Promise<void>;
  /** As `set`, and goes on while it is written. */
  setLater(key: string, bytes: Uint8Array): Promise<void>;
  /** Writes what waits to be written, now. */
  flush(): Promise<void>;
}

export const createMemoryExtractCache = (maxBytes: number): ExtractCache => {
  const kept = new LruMap<Uint8Array>(maxBytes, (bytes) => bytes.length);
  const set = (key: string, bytes: Uint8Array): Promise<void> => {
    kept.set(key, bytes);
    return Promise.resolve();
  };
  return { get: (key) => Promise.resolve(kept.get(key)), set, setLater: set, flush: () => Promise.resolve() };
};

export interface DiskExtractCacheOptions {
  readonly directory: string;
  readonly maxBytes: number;
  /** Default `threads`. */
  readonly access?: DiskAccess;
  /** A disk that fails makes plans slower, not wrong: it is told and gone on. */
  readonly onProblem: (error: unknown) => void;
}

const digestBytes = 32;
const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const isAbsent = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT';

/**
 * One file for each key, below two hexadecimal digits of it, with its own SHA-256 in front: what a crash or a hand
 * damaged reads as not there. Files appear whole (rename). When they grow beyond `maxBytes`, the oldest go.
 */
export class DiskExtractCache implements ExtractCache {
  readonly #options: DiskExtractCacheOptions;
  readonly #behind = new WriteBehind<Uint8Array>();
  /** Unknown until the first write counts what is there. */
  #bytes: number | undefined;
  #pruning: Promise<void> | undefined;

  constructor(options: DiskExtractCacheOptions) {
    this.#options = options;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const pending = this.#behind.find(key);
    if (pending !== undefined) return pending;
    try {
      const file = await readSmallFile(this.#pathOf(key), this.#options.maxBytes, this.#options.access);
      if (file === null) return undefined;
      const bytes = file.bytes.subarray(digestBytes);
      return digest(bytes).equals(file.bytes.subarray(0, digestBytes)) ? bytes : undefined;
    } catch (error) {
      if (!isAbsent(error)) this.#options.onProblem(error);
      return undefined;
    }
  }

  /** Returns before it is written, unless much waits to be; see `WriteBehind`. */
  setLater(key: string, bytes: Uint8Array): Promise<void> {
    return this.#behind.add(key, bytes, bytes.length, () => this.set(key, bytes));
  }

  flush(): Promise<void> {
    return this.#behind.flush();
  }

  async set(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(key);
    try {
      const temporary = `${path}.${randomUUID()}.part`;
      await writeSmallFile({ path, temporary, parts: [digest(bytes), bytes] }, this.#options.access);
      this.#bytes = this.#bytes === undefined ? undefined : this.#bytes + digestBytes + bytes.length;
      if (this.#bytes === undefined || this.#bytes > this.#options.maxBytes) {
        this.#pruning ??= this.#prune().finally(() => (this.#pruning = undefined));
        await this.#pruning;
      }
    } catch (error) {
      this.#options.onProblem(error);
    }
  }

  #pathOf(key: string): string {
    const name = createHash('sha256').update(key).digest('hex');
    return join(this.#options.directory, name.slice(0, 2), name.slice(2));
  }

  /** Down to three quarters, so that not every write counts again. */
  async #prune(): Promise<void> {
    const { directory, maxBytes } = this.#options;
    const files: { path: string; bytes: number; time: number }[] = [];
    for (const name of await readdir(directory, { recursive: true })) {
      const path = join(directory, name);
      // Somebody else may have pruned it meanwhile.
      const stats = await stat(path).catch(() => undefined);
      if (stats?.isFile() === true) files.push({ path, bytes: stats.size, time: stats.mtimeMs });
    }
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total > maxBytes) {
      files.sort((left, right) => left.time - right.time);
      for (const { path, bytes } of files) {
        if (total <= maxBytes * 0.75) break;
        await rm(path, { force: true });
        total -= bytes;
      }
    }
    this.#bytes = total;
  }
}
