import { hash } from 'node:crypto';
import { type CacheEntry } from './cache-entry.ts';
import { type ByteRange, type FileAnswer, type FileFetcher, type FileRequest } from './fetch-file.ts';
import { fetchResource, type FetchContext, type ResourceContent } from './fetch-resource.ts';
import { toCacheKey, toUserDigest, type HttpCache } from './http-cache.ts';
import { findFileAuthorization, type PreparedIndex } from './index-credentials.ts';
import { IndexUnreachableError } from './index-error.ts';
import { type Netrc } from './netrc.ts';
import { checkContentRange, toRangeHeader } from './content-range.ts';
import { findValidators } from './validators.ts';

export interface FileSource {
  readonly indexes: readonly PreparedIndex[];
  readonly netrc: Netrc | null;
  readonly disk: HttpCache | null;
}

const findSha256 = (text: string | null | undefined): string | null =>
  text !== null && text !== undefined && /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : null;

/**
 * What never changes is kept for good: a whole file under its SHA-256, which was checked; a range under the address
 * and the SHA-256 that its listing states, which nobody can check, so that what one index claims of another's file
 * stays with its own address.
 */
const findCacheKey = (
  url: string,
  sha256: string | null,
  range: ByteRange | undefined,
  authorization: string | undefined,
): string | null => {
  if (sha256 === null) return null;
  if (range === undefined) return toCacheKey('file', sha256);
  return toCacheKey('range', url, sha256, toUserDigest(authorization), toRangeHeader(range));
};

const toAnswer = (entry: CacheEntry, isRange: boolean): FileAnswer => ({
  status: isRange ? 206 : 200,
  body: entry.body,
  totalBytes: entry.totalBytes,
  // Servers give the same bytes another tag some day: one that was kept is not to be compared with a new one.
  etag: null,
});

/** `FileFetcher` over HTTP, with what cannot change kept on disk. */
export class HttpFileFetcher implements FileFetcher {
  readonly #context: FetchContext;
  readonly #source: FileSource;

  constructor(context: FetchContext, source: FileSource) {
    this.#context = context;
    this.#source = source;
  }

  async fetch(request: FileRequest): Promise<FileAnswer> {
    const { url, range, maxBytes, signal } = request;
    signal?.throwIfAborted();
    if (!URL.canParse(url) || !/^https?:/i.test(url)) {
      throw new IndexUnreachableError('network', url, 'it is not an http or https address.');
    }
    const { indexes, netrc, disk } = this.#source;
    const authorization = findFileAuthorization(url, indexes, netrc);
    const sha256 = findSha256(request.sha256);
    const key = findCacheKey(url, sha256, range, authorization);
    const kept = key === null ? undefined : await disk?.read(key);
    if (kept !== undefined && kept.body.byteLength <= maxBytes) return toAnswer(kept, range !== undefined);
    const answer = await fetchResource(this.#context, {
      url,
      // Ranges are of the file as it stands, not of a compressed one.
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        ...(range === undefined ? {} : { range: toRangeHeader(range) }),
      },
      authorization,
      maxBytes,
      signal,
    });
    if (answer.kind !== 'content') {
      throw new IndexUnreachableError('absent', url, 'the file is not there (status 404 or 410).');
    }
    return this.#accept(request, answer, sha256, key);
  }

  async #accept(
    { url, range }: FileRequest,
    answer: ResourceContent,
    sha256: string | null,
    key: string | null,
  ): Promise<FileAnswer> {
    const { status, headers, body } = answer;
    const { etag } = findValidators(headers);
    if (status === 200) {
      if (sha256 !== null && hash('sha256', body) !== sha256) {
        throw new IndexUnreachableError('hash_mismatch', url, 'the file has another SHA-256 than is listed.');
      }
      if (sha256 !== null) {
        await this.#keep(toCacheKey('file', sha256), answer, body.byteLength);
      }
      return { status, body, totalBytes: body.byteLength, etag };
    }
    if (range === undefined) throw new Error('a range that was not asked for');
    const totalBytes = checkContentRange({ url, range, headers, bodyBytes: body.byteLength });
    if (key !== null) await this.#keep(key, answer, totalBytes);
    return { status, body, totalBytes, etag };
  }

  async #keep(
    key: string,
    { url, headers, body }: ResourceContent,
    totalBytes: number | null,
  ): Promise<void> {
    if (/(^|[\s,])no-store([\s,]|$)/i.test((headers['cache-control'] ?? '').slice(0, 1000))) return;
    await this.#source.disk?.writeLater(key, {
      url,
      contentType: '',
      ...findValidators(headers),
      freshMs: 0,
      madeAt: this.#context.clock.now(),
      totalBytes,
      body,
    });
  }
}
