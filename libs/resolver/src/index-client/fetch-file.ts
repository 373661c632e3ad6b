/** Which bytes of a file: `suffix` asks for its last ones. */
export type ByteRange = { readonly offset: number; readonly length: number } | { readonly suffix: number };

export interface FileRequest {
  /** As a listing states it: without credentials. */
  readonly url: string;
  /** Absent: the whole file. */
  readonly range?: ByteRange;
  /** Of the answer's body. */
  readonly maxBytes: number;
  /**
   * SHA-256 of the whole file, where the index states one: a whole file that differs is refused, and what has once
   * been read is not asked for again. Ranges cannot be checked against it.
   */
  readonly sha256?: string | null;
  readonly signal?: AbortSignal;
}

export interface FileAnswer {
  /** 206: `body` is the range. 200: `body` is the whole file, also when a range was asked of a server without ranges. */
  readonly status: 200 | 206;
  readonly body: Uint8Array;
  /** Of the whole file; null when the server does not say. */
  readonly totalBytes: number | null;
  /** Null when the server gives none, and for what was kept. */
  readonly etag: string | null;
}

/**
 * Fetches files that an index lists, with the credentials of that index for its own origin only. Throws
 * `IndexUnreachableError`, whose `problem` is `absent` for a file that is not there, `no_ranges` for a server that
 * ignores ranges and whose file is larger than `maxBytes`, `range` for one that sends other bytes than were asked
 * for, and `hash_mismatch` for a whole file with another SHA-256 than `sha256`; or the reason of `signal`.
 */
export interface FileFetcher {
  fetch(request: FileRequest): Promise<FileAnswer>;
}
