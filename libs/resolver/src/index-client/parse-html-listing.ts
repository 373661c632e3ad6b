import { findSdistFileName, findWheelFileName } from '@ironwheel/packaging';
import { readStartTags, type HtmlTag } from './html-tags.ts';
import {
  findDigest,
  findFileUrl,
  findNote,
  findProjectStatus,
  isPlainFileName,
  toYanked,
  type IndexFile,
  type ListingPage,
} from './project-listing.ts';

/** Why a page is not one of a package index. */
export class NotAnIndexError extends Error {
  override readonly name = 'NotAnIndexError';
}

const decodePathSegment = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray "%": no file has such a name.
    return undefined;
  }
};

const readHashes = (fragment: string): Record<string, string> => {
  const pairs = fragment.split('&').map((part) => part.split('=', 2));
  const digests = pairs.map(([name = '', digest = '']) => findDigest(name, digest));
  return Object.fromEntries(digests.filter((digest) => digest !== undefined));
};

const readMetadata = (attributes: HtmlTag['attributes']): IndexFile['metadata'] => {
  // PEP 714 renamed the attribute; the new name wins.
  const value = attributes.get('data-core-metadata') ?? attributes.get('data-dist-info-metadata');
  if (value === undefined || value === 'false') return null;
  return { sha256: readHashes(value)['sha256'] ?? null };
};

const readAnchor = ({ attributes }: HtmlTag, baseUrl: string): IndexFile | undefined => {
  const found = findFileUrl(attributes.get('href') ?? '', baseUrl);
  if (found === undefined) return undefined;
  const filename = decodePathSegment(new URL(found.url).pathname.split('/').at(-1) ?? '');
  if (filename === undefined || !isPlainFileName(filename)) return undefined;
  return {
    filename,
    url: found.url,
    hashes: readHashes(found.fragment),
    requiresPython: findNote(attributes.get('data-requires-python')),
    yanked: toYanked(attributes.get('data-yanked')),
    size: null,
    uploadTime: null,
    metadata: readMetadata(attributes),
  };
};

const isDistribution = (file: IndexFile): boolean =>
  findWheelFileName(file.filename) !== undefined || findSdistFileName(file.filename) !== undefined;

export const mostFiles = 500_000;

/** A page that ends within a tag did not arrive whole. */
const isCutOff = (html: string): boolean => {
  const open = html.lastIndexOf('<');
  return open > html.lastIndexOf('>') && /^<[a-z/!]/i.test(html.slice(open, open + 2));
};

/**
 * Reads a project page (PEP 503). Throws `NotAnIndexError` for a page of something else: one that neither links to a
 * distribution nor says that it is an index, such as the sign-in page of a proxy.
 */
export const parseHtmlListing = (html: string, pageUrl: string): ListingPage => {
  const files: IndexFile[] = [];
  let baseUrl = pageUrl;
  let hasBase = false;
  let ignoredCount = 0;
  let saysIndex = false;
  let state: string | undefined;
  let reason: string | undefined;
  for (const tag of readStartTags(html)) {
    const href = tag.attributes.get('href');
    if (tag.name === 'base' && !hasBase && href !== undefined) {
      baseUrl = findFileUrl(href, pageUrl)?.url ?? pageUrl;
      hasBase = true;
    } else if (tag.name === 'meta' && tag.attributes.get('name') === 'pypi:repository-version') {
      const version = tag.attributes.get('content') ?? '';
      if (!/^1(\.|$)/.test(version))
        throw new NotAnIndexError('its repository version is not 1.x (PEP 629).');
      saysIndex = true;
    } else if (tag.name === 'meta' && tag.attributes.get('name') === 'pypi:project-status') {
      state = tag.attributes.get('content');
    } else if (tag.name === 'meta' && tag.attributes.get('name') === 'pypi:project-status-reason') {
      reason = tag.attributes.get('content');
    } else if (tag.name === 'title' && /^\s*(links for|index of|directory listing)/i.test(tag.text ?? '')) {
      saysIndex = true;
    } else if (tag.name === 'a' && href !== undefined) {
      const file = readAnchor(tag, baseUrl);
      if (file === undefined) ignoredCount += 1;
      else files.push(file);
      if (files.length > mostFiles) throw new NotAnIndexError(`it lists more than ${mostFiles} files.`);
    }
  }
  if (!saysIndex && !files.some(isDistribution)) {
    throw new NotAnIndexError('the page is HTML of something else: it links to no distribution.');
  }
  if (isCutOff(html)) throw new NotAnIndexError('the page ends in the middle of a tag.');
  const status = findProjectStatus(state, reason);
  return {
    files: status?.state === 'quarantined' ? [] : files,
    ignoredCount,
    ...(status === undefined ? {} : { status }),
  };
};
