/** One file that an index lists (PEP 503, PEP 691). */
export interface IndexFile {
  readonly filename: string;
  /** Absolute, without fragment and credentials. */
  readonly url: string;
  /** Lower-case hexadecimal digests by algorithm: sha256, sha384 or sha512. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly requiresPython: string | null;
  /** PEP 592: false, or the reason (empty when none is given). */
  readonly yanked: false | string;
  readonly size: number | null;
  /** RFC 3339 (PEP 700). */
  readonly uploadTime: string | null;
  /** Whether the index serves METADATA beside the file (PEP 658, PEP 714), and its SHA-256 where stated. */
  readonly metadata: { readonly sha256: string | null } | null;
}

/** PEP 792. */
export const projectStates = ['active', 'archived', 'quarantined', 'deprecated'] as const;

export interface ProjectStatus {
  readonly state: (typeof projectStates)[number];
  readonly reason: string | null;
}

/** A page as read, before it is known to be of an index. */
export interface ListingPage {
  /** None of a quarantined project: they are considered unsafe (PEP 792). */
  readonly files: readonly IndexFile[];
  /** Entries of the page that were unusable and left out. */
  readonly ignoredCount: number;
  /** Absent: active. */
  readonly status?: ProjectStatus;
  /** All versions that the index says it has, also those without files (PEP 700). Absent where it does not say. */
  readonly versions?: readonly string[];
}

/** What one index has of a project. */
export interface ProjectListing extends ListingPage {
  readonly found: true;
  readonly normalizedName: string;
  /** The index that answered, without credentials. */
  readonly indexUrl: string;
  /**
   * With `excludeNewer`, what it left out of `files`: what was uploaded later, or at a time that is not stated
   * (`uploadTime` null).
   */
  readonly newerFiles?: readonly IndexFile[];
  /** With `excludeNewer`: whether the index states upload times (PEP 700) at all. */
  readonly hasUploadTimes?: boolean;
}

/** No index has the project: an answer, not an error. */
export interface ProjectNotFound {
  readonly found: false;
  readonly normalizedName: string;
}

/** Where a plan asks for files. */
export interface PackageIndex {
  /** Without credentials; null when there is none. */
  readonly indexUrl: string | null;
  readonly extraIndexUrls: readonly string[];
  /** Throws `IndexUnreachableError`. */
  findProject(name: string, signal?: AbortSignal): Promise<ProjectListing | ProjectNotFound>;
}

const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Keeps only digests that are what they claim to be; md5 and sha1 prove nothing. */
export const findDigest = (algorithm: string, text: string): [string, string] | undefined => {
  const name = algorithm.toLowerCase();
  const digest = text.toLowerCase();
  return isDigest(name, digest) ? [name, digest] : undefined;
};

/** Of a name and a digest in lower case. */
export const isDigest = (name: string, digest: string): boolean =>
  digestLengths[name] === digest.length && /^[0-9a-f]+$/.test(digest);

const longestUrl = 4096;

/** An address that `URL` would give back as it stands: parsing is most of the work of reading a large page. */
const plainUrl =
  /^https:\/\/(?![^/]*xn--)[a-z](?:[a-z0-9-]|\.(?=[a-z]))*\/(?:[A-Za-z0-9_+~!-][A-Za-z0-9_.+~!-]*\/)*[A-Za-z0-9_+~!-][A-Za-z0-9_.+~!-]*$/;

/** The path of an address, with nothing in it that `URL` would write otherwise. */
const plainPath = /^(?:\/[A-Za-z0-9_+~!-][A-Za-z0-9_.+~!-]*)+$/;

/** The part of a page's address that paths of its links go onto; the last page's, since a page has thousands. */
let lastOrigin: { readonly baseUrl: string; readonly origin: string } | null = null;

const getOrigin = (baseUrl: string): string => {
  if (lastOrigin?.baseUrl !== baseUrl) lastOrigin = { baseUrl, origin: new URL(baseUrl).origin };
  return lastOrigin.origin;
};

/** The absolute address of a listed file and its fragment; undefined for what cannot be fetched over HTTP. */
export const findFileUrl = (href: string, baseUrl: string): { url: string; fragment: string } | undefined => {
  if (href.length > longestUrl) return undefined;
  const hashAt = href.indexOf('#');
  const bare = hashAt === -1 ? href : href.slice(0, hashAt);
  if (plainUrl.test(bare)) return { url: bare, fragment: hashAt === -1 ? '' : href.slice(hashAt + 1) };
  if (plainPath.test(bare) && /^https?:/.test(baseUrl)) {
    return { url: getOrigin(baseUrl) + bare, fragment: hashAt === -1 ? '' : href.slice(hashAt + 1) };
  }
  const url = URL.parse(href, baseUrl);
  if (url === null) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  // An https page that points to http would let anyone on the way choose the bytes.
  if (url.protocol === 'http:' && new URL(baseUrl).protocol === 'https:') return undefined;
  const fragment = url.hash.slice(1);
  url.hash = '';
  url.username = '';
  url.password = '';
  return { url: url.href, fragment };
};

/** A plain file name: it becomes a name on disk, so no separator, no control character, no dot name. */
export const isPlainFileName = (name: string): boolean =>
  name.length <= 255 && /^(?!\.{1,2}$)[^/\\\u0000-\u001f\u007f]+$/.test(name);

const longestNote = 1000;

/** A Requires-Python or a reason as an index states it; what is far too long to be one is none. */
export const findNote = (text: unknown): string | null =>
  typeof text === 'string' && text.trim() !== '' && text.length <= longestNote ? text.trim() : null;

/** PEP 792. A state that is not known is as good as active, as the standard has it for no state. */
export const findProjectStatus = (state: unknown, reason: unknown): ProjectStatus | undefined => {
  const known = projectStates.find((candidate) => candidate === state);
  return known === undefined || known === 'active' ? undefined : { state: known, reason: findNote(reason) };
};

/** PEP 592: false, or the reason, which is empty when none that can be shown is given. */
export const toYanked = (value: unknown): IndexFile['yanked'] => {
  if (typeof value === 'string') return findNote(value) ?? '';
  return value === true ? '' : false;
};
