import type { Readable } from 'node:stream';
import {
  ArtifactHashMismatchError,
  ArtifactStoreFullError,
  ArtifactTooLargeError,
  type ArtifactStore,
  type ListedArtifact,
  type ProbeResult,
  type StoredArtifact,
} from '@ironwheel/plugin-kit';
import { AppError, type Clock } from '../../platform/index.ts';

/** Bytes that came within this time may be about to get their row. */
export const recentMs = 30 * 60_000;

export interface PutOptions {
  readonly expectedSha256?: string;
  readonly maxBytes: number;
}

/**
 * The controller's one door to the artifact store. Bytes first, then the row that names them; so bytes that came a
 * moment ago are never taken for unused. (The file store belongs to one controller: decision 8.)
 */
export class ArtifactBytes {
  readonly #recent = new Map<string, { count: number; at: number }>();

  constructor(
    private readonly store: ArtifactStore,
    private readonly clock: Clock,
  ) {}

  /** Throws ARTIFACT_HASH_MISMATCH, REQUEST_TOO_LARGE or ARTIFACT_STORE_FULL; nothing is stored then. */
  async put(source: Readable, options: PutOptions): Promise<StoredArtifact> {
    try {
      const stored = await this.store.put(source, options);
      this.#remember(stored.sha256);
      return stored;
    } catch (error) {
      throw toAppError(error);
    }
  }

  /** Null when absent. `range` is inclusive, in bytes. Read the stream to its end or destroy it. */
  read(sha256: string, range?: { readonly start: number; readonly end: number }): Promise<Readable | null> {
    return this.store.read(sha256, range);
  }

  /** Size in bytes; null when absent. */
  stat(sha256: string): Promise<{ readonly size: number } | null> {
    return this.store.stat(sha256);
  }

  /** Deletes whatever uses the bytes; ask `deleteUnused` of ArtifactsService instead where rows may. */
  delete(sha256: string): Promise<boolean> {
    return this.store.delete(sha256);
  }

  /** Like `delete`, but not bytes that came again within the last half hour, to whichever controller. */
  deleteOld(sha256: string): Promise<boolean> {
    const storedBefore = new Date(Date.now() - recentMs);
    return this.store.delete(sha256, { storedBefore });
  }

  list(): AsyncIterable<ListedArtifact> {
    return this.store.list();
  }

  probe(): Promise<ProbeResult> {
    return this.store.probe();
  }

  /** How often these bytes came in within the last half hour, to this controller. */
  countRecent(sha256: string): number {
    const entry = this.#recent.get(sha256);
    return entry === undefined || this.clock.now().getTime() - entry.at > recentMs ? 0 : entry.count;
  }

  #remember(sha256: string): void {
    const now = this.clock.now().getTime();
    for (const [digest, entry] of this.#recent) {
      // In order of time: the first that is young ends the search.
      if (now - entry.at <= recentMs) break;
      this.#recent.delete(digest);
    }
    const count = this.countRecent(sha256) + 1;
    this.#recent.delete(sha256);
    this.#recent.set(sha256, { count, at: now });
  }
}

function toAppError(error: unknown): unknown {
  if (error instanceof ArtifactHashMismatchError) {
    return new AppError(
      'ARTIFACT_HASH_MISMATCH',
      `The bytes have the SHA-256 ${error.actual}, announced was ${error.expected}; nothing was stored.`,
      { cause: error },
    );
  }
  if (error instanceof ArtifactTooLargeError) {
    return new AppError('REQUEST_TOO_LARGE', `The file is larger than the ${error.maxBytes} bytes allowed.`, {
      cause: error,
    });
  }
  if (error instanceof ArtifactStoreFullError) {
    return new AppError(
      'ARTIFACT_STORE_FULL',
      'The artifact store has no room; an operator must free space or lower ARTIFACT_STORE_RESERVE_BYTES.',
      { cause: error, retryAfterS: 60 },
    );
  }
  return error;
}
