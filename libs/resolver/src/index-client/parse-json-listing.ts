import { NotAnIndexError } from './parse-html-listing.ts';
import {
  findDigest,
  findFileUrl,
  findNote,
  isPlainFileName,
  toYanked,
  type IndexFile,
  type ListingPage,
} from './project-listing.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readHashes = (value: unknown): Record<string, string> => {
  if (!isObject(value)) return {};
  const digests = Object.entries(value).map(([name, digest]) =>
    typeof digest === 'string' ? findDigest(name, digest) : undefined,
  );
  return Object.fromEntries(digests.filter((digest) => digest !== undefined));
};

const readMetadata = (file: JsonObject): IndexFile['metadata'] => {
  // PEP 714 renamed the key; the new name wins.
  const value = file['core-metadata'] ?? file['dist-info-metadata'];
  if (value === true) return { sha256: null };
  return isObject(value) ? { sha256: readHashes(value)['sha256'] ?? null } : null;
};

const readFile = (file: unknown, pageUrl: string): IndexFile | undefined => {
  if (!isObject(file)) return undefined;
  const { filename, url, size } = file;
  if (typeof filename !== 'string' || typeof url !== 'string' || !isPlainFileName(filename)) return undefined;
  const found = findFileUrl(url, pageUrl);
  if (found === undefined) return undefined;
  return {
    filename,
    url: found.url,
    hashes: readHashes(file['hashes']),
    requiresPython: findNote(file['requires-python']),
    yanked: toYanked(file['yanked']),
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
    uploadTime: findNote(file['upload-time']),
    metadata: readMetadata(file),
  };
};

/** Reads a project's JSON (PEP 691). Throws `NotAnIndexError` for anything else. */
export const parseJsonListing = (text: string, pageUrl: string): ListingPage => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new NotAnIndexError('it announces JSON and sends none.', { cause });
  }
  const meta = isObject(document) ? document['meta'] : undefined;
  const version = isObject(meta) ? meta['api-version'] : undefined;
  if (!isObject(document) || typeof version !== 'string' || !/^1(\.|$)/.test(version)) {
    throw new NotAnIndexError('its JSON is not version 1 of the simple API (PEP 691).');
  }
  if (!Array.isArray(document['files']))
    throw new NotAnIndexError('its JSON has no list of files (PEP 691).');
  const entries: unknown[] = document['files'];
  const files = entries.map((file) => readFile(file, pageUrl)).filter((file) => file !== undefined);
  return { files, ignoredCount: entries.length - files.length };
};
