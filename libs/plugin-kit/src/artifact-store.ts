import type { Readable } from 'node:stream';
import type { PluginInstance } from './plugin.ts';

export interface StoredArtifact {
  readonly sha256: string;
  readonly size: number;
  /** True when the same bytes were stored before. */
  readonly existed: boolean;
}

export interface ListedArtifact {
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** When these bytes were last put. */
  readonly storedAt: Date;
}

/** Keeps bytes under their SHA-256. Writes are atomic: a digest is either absent or complete. */
export interface ArtifactStore extends PluginInstance {
  /**
   * Streams in, hashing as it goes. With `expectedSha256` a mismatch throws `ArtifactHashMismatchError` and stores
   * nothing; past `maxBytes` it throws `ArtifactTooLargeError`; a full disk throws `ArtifactStoreFullError`.
   */
  put(
    source: Readable,
    options: { readonly expectedSha256?: string; readonly maxBytes: number },
  ): Promise<StoredArtifact>;
  /** Null when absent. `range` is inclusive, in bytes. */
  read(sha256: string, range?: { readonly start: number; readonly end: number }): Promise<Readable | null>;
  /** Size in bytes; null when absent. */
  stat(sha256: string): Promise<{ readonly size: number } | null>;
  /** With `storedBefore` only bytes that nobody has put since. False when nothing was deleted. */
  delete(sha256: string, options?: { readonly storedBefore?: Date }): Promise<boolean>;
  /** All that is stored, in any order. What comes or goes meanwhile may be in it or not. */
  list(): AsyncIterable<ListedArtifact>;
}

export class ArtifactHashMismatchError extends Error {
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`expected SHA-256 ${expected}, the bytes have ${actual}`);
    this.name = 'ArtifactHashMismatchError';
  }
}
export class ArtifactTooLargeError extends Error {
  constructor(readonly maxBytes: number) {
    super(`larger than ${maxBytes} bytes`);
    this.name = 'ArtifactTooLargeError';
  }
}
export class ArtifactStoreFullError extends Error {
  constructor(options?: ErrorOptions) {
    super('the artifact store has no room left', options);
    this.name = 'ArtifactStoreFullError';
  }
}
