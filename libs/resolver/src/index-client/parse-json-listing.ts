import { normalizeName } from '@ironwheel/packaging';
import { checkProject } from './check-project.ts';
import { mostFiles, NotAnIndexError } from './parse-html-listing.ts';
import {
  findDigest,
  findFileUrl,
  findNote,
  findProjectStatus,
  isDigest,
  isPlainFileName,
  toYanked,
  type IndexFile,
  type ListingPage,
  type ProjectStatus,
} from './project-listing.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const areDigests = (value: JsonObject): value is Readonly<Record<string, string>> => {
  for (const name of Object.keys(value)) {
    const digest = value[name];
    if (typeof digest !== 'string' || !isDigest(name, digest)) return false;
  }
  return true;
};

const readHashes = (value: unknown): Readonly<Record<string, string>> => {
  if (!isObject(value)) return {};
  // Nearly all are written as they should be, and a page has tens of thousands.
  if (areDigests(value)) return value;
  const hashes: Record<string, string> = {};
  for (const [name, digest] of Object.entries(value)) {
    const found = typeof digest === 'string' ? findDigest(name, digest) : undefined;
    if (found !== undefined) hashes[found[0]] = found[1];
  }
  return hashes;
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

/** PEP 792 in its own object; in `meta` where it stood in earlier texts. */
const readStatus = (document: JsonObject, meta: JsonObject): ProjectStatus | undefined => {
  const own = document['project-status'];
  if (isObject(own)) return findProjectStatus(own['status'], own['reason']);
  return findProjectStatus(meta['project-status'], meta['project-status-reason']);
};

const mostVersions = 100_000;
const longestVersion = 300;

const readVersions = (value: unknown): readonly string[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const entries: unknown[] = value.slice(0, mostVersions);
  return entries.filter((entry) => typeof entry === 'string' && entry.length <= longestVersion) as string[];
};

/**
 * Reads a project's JSON (PEP 691). Keys that say where else a project may be (PEP 708) are not followed: the first
 * index that has it is the one that is trusted. Throws `NotAnIndexError` for anything else, also for another project.
 */
export const parseJsonListing = (text: string, pageUrl: string, normalizedName?: string): ListingPage => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new NotAnIndexError('it announces JSON and sends none.', { cause });
  }
  const meta = isObject(document) ? document['meta'] : undefined;
  const version = isObject(meta) ? meta['api-version'] : undefined;
  if (!isObject(document) || !isObject(meta) || typeof version !== 'string' || !/^1(\.|$)/.test(version)) {
    throw new NotAnIndexError('its JSON is not version 1 of the simple API (PEP 691).');
  }
  if (!Array.isArray(document['files']))
    throw new NotAnIndexError('its JSON has no list of files (PEP 691).');
  const { name } = document;
  if (normalizedName !== undefined && typeof name === 'string' && normalizeName(name) !== normalizedName) {
    throw new NotAnIndexError('it answers with the page of another project.');
  }
  const entries: unknown[] = document['files'];
  if (entries.length > mostFiles) throw new NotAnIndexError(`it lists more than ${mostFiles} files.`);
  const files: IndexFile[] = [];
  for (const entry of entries) {
    const file = readFile(entry, pageUrl);
    if (file !== undefined) files.push(file);
  }
  if (normalizedName !== undefined && typeof name !== 'string') checkProject(files, normalizedName);
  const status = readStatus(document, meta);
  const versions = readVersions(document['versions']);
  return {
    files: status?.state === 'quarantined' ? [] : files,
    ignoredCount: entries.length - files.length,
    ...(status === undefined ? {} : { status }),
    ...(versions === undefined ? {} : { versions }),
  };
};
