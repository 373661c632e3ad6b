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

/** What one index has of a project. */
export interface ProjectListing {
  readonly found: true;
  readonly normalizedName: string;
  /** The index that answered, without credentials. */
  readonly indexUrl: string;
  readonly files: readonly IndexFile[];
  /** Entries of the page that were unusable and left out. */
  readonly ignoredCount: number;
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

/** A page as read, before it is known to be of an index. */
export interface ListingPage {
  readonly files: readonly IndexFile[];
  readonly ignoredCount: number;
}

const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Keeps only digests that are what they claim to be; md5 and sha1 prove nothing. */
export const findDigest = (algorithm: string, text: string): [string, string] | undefined => {
  const name = algorithm.toLowerCase();
  const digest = text.toLowerCase();
  const isSound = digestLengths[name] === digest.length && /^[0-9a-f]+$/.test(digest);
  return isSound ? [name, digest] : undefined;
};

const longestUrl = 4096;

/** The absolute address of a listed file and its fragment; undefined for what cannot be fetched over HTTP. */
export const findFileUrl = (href: string, baseUrl: string): { url: string; fragment: string } | undefined => {
  if (href.length > longestUrl || !URL.canParse(href, baseUrl)) return undefined;
  const url = new URL(href, baseUrl);
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

/** PEP 592: false, or the reason, which is empty when none that can be shown is given. */
export const toYanked = (value: unknown): IndexFile['yanked'] => {
  if (typeof value === 'string') return findNote(value) ?? '';
  return value === true ? '' : false;
};
