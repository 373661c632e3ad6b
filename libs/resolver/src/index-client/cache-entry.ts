import { createHash, hash } from 'node:crypto';

/** An answer as it is kept. */
export interface CacheEntry {
  /** Where it was found at last: links in a page are relative to it. */
  readonly url: string;
  readonly contentType: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** See `CachePolicy`. */
  readonly freshMs: number;
  /** Milliseconds since 1970; also when it was last confirmed. */
  readonly madeAt: number;
  readonly totalBytes: number | null;
  readonly body: Uint8Array;
}

type EntryHead = Omit<CacheEntry, 'body' | 'madeAt'> & { readonly bodyBytes: number };

const format = 'ironwheel-http-cache 1';
const newline = 10;
const digestHexLength = 64;
const longestHead = 16 * 1024;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const findHead = (text: string): EntryHead | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Cut off or overwritten: no entry.
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { url, contentType, etag, lastModified, freshMs, totalBytes, bodyBytes } = value as Record<
    string,
    unknown
  >;
  const isSound =
    isText(url) &&
    URL.canParse(url) &&
    isText(contentType) &&
    isTextOrNull(etag) &&
    isTextOrNull(lastModified);
  if (!isSound || !isCount(freshMs) || !isCount(bodyBytes)) return undefined;
  if (totalBytes !== null && !isCount(totalBytes)) return undefined;
  return { url, contentType, etag, lastModified, freshMs, totalBytes, bodyBytes };
};

/**
 * An entry as one file, in parts: `format`, the SHA-256 of the rest, a head in JSON, the body, the first three each on a line.
 * `madeAt` is the file's time, so that confirming an entry does not write it anew.
 */
export const writeEntry = (entry: CacheEntry): readonly Uint8Array[] => {
  const { url, contentType, etag, lastModified, freshMs, totalBytes, body } = entry;
  const head: EntryHead = {
    url,
    contentType,
    etag,
    lastModified,
    freshMs: Math.round(freshMs),
    totalBytes,
    bodyBytes: body.byteLength,
  };
  const text = Buffer.from(`${JSON.stringify(head)}\n`);
  const digest = createHash('sha256').update(text).update(body).digest('hex');
  return [Buffer.from(`${format}\n${digest}\n`), text, body];
};

/** Undefined for a file that is no whole entry: cut off, overwritten, or of another version. */
export const findEntry = (file: Uint8Array, madeAt: number): CacheEntry | undefined => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const restAt = format.length + 1 + digestHexLength + 1;
  if (bytes.length < restAt || bytes.toString('latin1', 0, format.length + 1) !== `${format}\n`)
    return undefined;
  const digest = bytes.toString('latin1', format.length + 1, restAt - 1);
  const rest = bytes.subarray(restAt);
  if (bytes[restAt - 1] !== newline || hash('sha256', rest) !== digest) return undefined;
  const headEnd = rest.subarray(0, longestHead).indexOf(newline);
  const head = headEnd === -1 ? undefined : findHead(rest.toString('utf8', 0, headEnd));
  if (head === undefined) return undefined;
  const body = rest.subarray(headEnd + 1);
  const { bodyBytes, ...facts } = head;
  return body.length === bodyBytes ? { ...facts, madeAt, body } : undefined;
};
