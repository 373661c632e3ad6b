import { normalizeName } from '@ironwheel/packaging';
import { checkProject } from './check-project.ts';
import { findJsonFile, isObject, type JsonObject } from './json-index-file.ts';
import { mostFiles, NotAnIndexError } from './parse-html-listing.ts';
import {
  findProjectStatus,
  type IndexFile,
  type ListingPage,
  type ProjectStatus,
} from './project-listing.ts';

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
    const file = findJsonFile(entry, pageUrl);
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
