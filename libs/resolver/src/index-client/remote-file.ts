import { createHash } from 'node:crypto';
import { toRandomAccess } from '../archives/random-access.ts';
import { type ByteRange, type FileAnswer, type FileFetcher, type FileRequest } from './fetch-file.ts';
import { IndexUnreachableError } from './index-error.ts';
import { PackageFileError } from './package-file-error.ts';
import { type RandomAccess } from './package-files.ts';
import { type IndexFile } from './project-listing.ts';

/** Of a server without ranges, a file up to this size is taken whole, in memory; larger ones need ranges or PEP 658. */
const largestWholeFile = 128 * 1024 * 1024;

/** Holds the directory and, mostly, the METADATA of nearly every wheel: one request for both. */
const tailBytes = 32 * 1024;

export interface RemoteFile {
  readonly fetcher: FileFetcher;
  readonly file: IndexFile;
  readonly signal: AbortSignal | undefined;
}

/** As `fetcher.fetch`; a whole file with another SHA-256 than stated is `PackageFileError`. */
export const fetchListed = async (fetcher: FileFetcher, request: FileRequest): Promise<FileAnswer> => {
  try {
    return await fetcher.fetch(request);
  } catch (cause) {
    if (!(cause instanceof IndexUnreachableError) || cause.problem !== 'hash_mismatch') throw cause;
    const detail = `its SHA-256 is not the ${request.sha256 ?? ''} that the index states.`;
    throw new PackageFileError('PACKAGE_FILE_LIES', request.url, detail, { cause });
  }
};

const fetchPart = (
  { fetcher, file, signal }: RemoteFile,
  range: ByteRange | undefined,
): Promise<FileAnswer> =>
  fetchListed(fetcher, {
    url: file.url,
    ...(range === undefined ? {} : { range }),
    maxBytes: largestWholeFile,
    sha256: file.hashes['sha256'] ?? null,
    ...(signal === undefined ? {} : { signal }),
  });

/** A range that happens to be all of the file can be checked as the whole file is. */
const checkWhole = (file: IndexFile, body: Uint8Array): void => {
  const stated = file.hashes['sha256'];
  if (stated === undefined) return;
  const actual = createHash('sha256').update(body).digest('hex');
  if (actual !== stated) {
    throw new PackageFileError(
      'PACKAGE_FILE_LIES',
      file.url,
      `its SHA-256 is ${actual}; the index states ${stated}.`,
    );
  }
};

const otherFile = (file: IndexFile): PackageFileError =>
  new PackageFileError('PACKAGE_FILE_LIES', file.url, 'it changed while it was read.');

class RangedFile implements RandomAccess {
  readonly size: number;
  readonly #remote: RemoteFile;
  readonly #tail: Uint8Array;
  readonly #etag: string | null;

  constructor(remote: RemoteFile, size: number, { body, etag }: FileAnswer) {
    this.#remote = remote;
    this.size = size;
    this.#tail = body;
    this.#etag = etag;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    const tailOffset = this.size - this.#tail.length;
    if (offset >= tailOffset) return this.#tail.subarray(offset - tailOffset, end - tailOffset);
    const answer = await fetchPart(this.#remote, { offset, length: end - offset });
    const isSame = answer.etag === null || this.#etag === null || answer.etag === this.#etag;
    if (!isSame || (answer.totalBytes !== null && answer.totalBytes !== this.size))
      throw otherFile(this.#remote.file);
    return answer.status === 206 ? answer.body : answer.body.subarray(offset, end);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const fetchTail = async (remote: RemoteFile): Promise<FileAnswer> => {
  try {
    return await fetchPart(remote, { suffix: tailBytes });
  } catch (error) {
    // Some servers know ranges, but not those from the end.
    if (!(error instanceof IndexUnreachableError) || error.problem !== 'range') throw error;
    return fetchPart(remote, undefined);
  }
};

/** Opens a file of an index for reading from anywhere in it, its end first. Throws as `FileFetcher`, `PackageFileError`. */
export const openRemoteFile = async (remote: RemoteFile): Promise<RandomAccess> => {
  let answer = await fetchTail(remote);
  if (answer.status === 206 && answer.totalBytes === null) answer = await fetchPart(remote, undefined);
  const size = answer.totalBytes ?? answer.body.length;
  if (answer.status === 206 && answer.body.length < size) return new RangedFile(remote, size, answer);
  checkWhole(remote.file, answer.body);
  return toRandomAccess(answer.body);
};

const firstBlockBytes = 64 * 1024;
const largestBlockBytes = 4 * 1024 * 1024;

/**
 * A file from its beginning, in blocks that grow, so that whoever needs only the beginning costs little. Ends where
 * the reader stops.
 */
export async function* streamRemoteFile(remote: RemoteFile): AsyncGenerator<Uint8Array> {
  let etag: string | null = null;
  let length = firstBlockBytes;
  for (let offset = 0; ; length = Math.min(length * 4, largestBlockBytes)) {
    const answer: FileAnswer = await fetchPart(remote, { offset, length });
    if (answer.status === 200) {
      if (offset > 0) throw otherFile(remote.file);
      checkWhole(remote.file, answer.body);
      yield answer.body;
      return;
    }
    if (etag !== null && answer.etag !== null && answer.etag !== etag) throw otherFile(remote.file);
    etag = answer.etag;
    if (offset === 0 && answer.body.length === answer.totalBytes) checkWhole(remote.file, answer.body);
    yield answer.body;
    offset += answer.body.length;
    const isWhole = answer.totalBytes === null ? answer.body.length < length : offset >= answer.totalBytes;
    if (isWhole || answer.body.length === 0) return;
  }
}
