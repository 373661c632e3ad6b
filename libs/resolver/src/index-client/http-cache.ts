import { hash, randomUUID } from 'node:crypto';
import { unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findEntry, writeEntry, type CacheEntry } from './cache-entry.ts';
import { listCacheFiles, temporaryPrefix } from './list-cache-files.ts';
import { readSmallFile, writeSmallFile, type DiskAccess } from './small-files.ts';
import { WriteBehind } from './write-behind.ts';

export interface HttpCacheOptions {
  /** Made when it is missing, for its owner only. Several processes may share it. */
  readonly directory: string;
  readonly maxBytes: number;
  /** Default `threads`. */
  readonly access?: DiskAccess;
  /** Told once of what keeps the cache from working; everything goes on without it. */
  readonly onProblem?: (sentence: string, cause: unknown) => void;
  readonly now?: () => number;
}

/** Whatever is part of a question: its kind, its address without credentials, a digest of them, a range. */
export const toCacheKey = (...parts: readonly string[]): string => hash('sha256', JSON.stringify(parts));

/** Stands for a value of `Authorization` in a key: what two users are answered never mixes. */
export const toUserDigest = (authorization: string | undefined): string =>
  authorization === undefined ? '' : hash('sha256', authorization);

/** How long writing rests after a failure, such as a full disk. */
const restMs = 10 * 60 * 1000;
/** A use is written down when the last one is older. */
const touchMs = 60 * 1000;
/** Room is made down to this part, so that it is not made at each write. */
const keptPart = 0.9;
const largestPart = 0.25;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/**
 * Answers of package indexes on disk, the least recently used let go first. Entries are written beside and renamed,
 * so a reader sees a whole entry or none; each states its length and SHA-256, so a broken one is none. Nothing here
 * throws: a cache that cannot be read or written is as if it were empty.
 */
export class HttpCache {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #access: DiskAccess;
  readonly #onProblem: (sentence: string, cause: unknown) => void;
  readonly #now: () => number;
  readonly #behind = new WriteBehind<CacheEntry>();
  /** Of all processes, as last listed, and what was written here since. */
  #knownBytes: number | null = null;
  #writtenBytes = 0;
  #makingRoom: Promise<void> = Promise.resolve();
  #restsUntil = 0;
  #hasTold = false;

  constructor(options: HttpCacheOptions) {
    this.#directory = options.directory;
    this.#maxBytes = options.maxBytes;
    this.#access = options.access ?? 'threads';
    this.#onProblem = options.onProblem ?? (() => undefined);
    this.#now = options.now ?? Date.now;
  }

  async read(key: string): Promise<CacheEntry | undefined> {
    const pending = this.#behind.find(key);
    if (pending !== undefined) return pending;
    const path = this.#path(key);
    try {
      const file = await readSmallFile(path, this.#maxBytes, this.#access);
      if (file === null) return undefined;
      const { mtimeMs, atimeMs, mtime } = file.stats;
      const entry = findEntry(file.bytes, mtimeMs);
      if (entry !== undefined && this.#now() - atimeMs > touchMs) {
        // A directory that may only be read is still worth reading.
        await utimes(path, new Date(this.#now()), mtime).catch(() => undefined);
      }
      if (entry === undefined) await this.remove(key);
      return entry;
    } catch (cause) {
      if (!hasCode(cause, 'ENOENT')) this.#tell('cannot be read', cause);
      return undefined;
    }
  }

  /** Returns before it is written, unless much waits to be; see `WriteBehind`. */
  writeLater(key: string, entry: CacheEntry): Promise<void> {
    return this.#behind.add(key, entry, entry.body.byteLength, () => this.write(key, entry));
  }

  /** Writes what waits to be written, now. */
  flush(): Promise<void> {
    return this.#behind.flush();
  }

  async write(key: string, entry: CacheEntry): Promise<void> {
    if (this.#now() < this.#restsUntil) return;
    const parts = writeEntry(entry);
    const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (length > this.#maxBytes * largestPart) return;
    const path = this.#path(key);
    const temporary = join(dirname(path), `${temporaryPrefix}${randomUUID()}`);
    try {
      await this.#makeRoom(length);
      const times = { usedAt: new Date(this.#now()), madeAt: new Date(entry.madeAt) };
      await writeSmallFile({ path, temporary, parts, times }, this.#access);
    } catch (cause) {
      this.#restsUntil = this.#now() + restMs;
      this.#tell('cannot be written', cause);
    }
  }

  /** The index said that an entry still holds. */
  async confirm(key: string, madeAt: number): Promise<void> {
    await this.#behind.settle(key);
    await utimes(this.#path(key), new Date(this.#now()), new Date(madeAt)).catch((cause: unknown) => {
      if (!hasCode(cause, 'ENOENT')) this.#tell('cannot be written', cause);
    });
  }

  async remove(key: string): Promise<void> {
    await this.#behind.settle(key);
    await unlink(this.#path(key)).catch(() => undefined);
  }

  #path(key: string): string {
    return join(this.#directory, key.slice(0, 2), key.slice(2));
  }

  /** One at a time, so that each counts what the one before wrote. */
  #makeRoom(bytes: number): Promise<void> {
    this.#makingRoom = this.#makingRoom.catch(() => undefined).then(() => this.#evict(bytes));
    return this.#makingRoom;
  }

  async #evict(bytes: number): Promise<void> {
    const mayTrust = this.#knownBytes !== null && this.#writtenBytes < this.#maxBytes / 8;
    const expected = (this.#knownBytes ?? 0) + this.#writtenBytes + bytes;
    if (mayTrust && expected <= this.#maxBytes) {
      this.#writtenBytes += bytes;
      return;
    }
    const files = await listCacheFiles(this.#directory, this.#now());
    let total = files.reduce((sum, { size }) => sum + size, 0);
    if (total + bytes > this.#maxBytes) {
      for (const { path, size } of files.sort((one, other) => one.usedAt - other.usedAt)) {
        if (total + bytes <= this.#maxBytes * keptPart) break;
        await unlink(path).catch(() => undefined);
        total -= size;
      }
    }
    this.#knownBytes = total;
    this.#writtenBytes = bytes;
  }

  #tell(what: string, cause: unknown): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#onProblem(`the cache of package indexes ${what}; plans are made without it`, cause);
  }
}
