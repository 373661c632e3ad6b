import { normalizeName } from '@ironwheel/packaging';
import { RequestGate } from './concurrency-gate.ts';
import { createNewerFilter, type SplitFiles } from './exclude-newer.ts';
import { type FileFetcher } from './fetch-file.ts';
import { type FetchContext, type FetchLimits } from './fetch-resource.ts';
import { type HttpCache } from './http-cache.ts';
import { HttpFileFetcher } from './http-file-fetcher.ts';
import { type IndexCache } from './index-cache.ts';
import { prepareIndex, type IndexSource, type PreparedIndex } from './index-credentials.ts';
import { type IndexClock, type IndexTransport } from './index-transport.ts';
import { ListingSource } from './listing-source.ts';
import { type Netrc } from './netrc.ts';
import {
  type IndexFile,
  type ListingPage,
  type PackageIndex,
  type ProjectListing,
  type ProjectNotFound,
} from './project-listing.ts';
import { redactUrl } from './redact-url.ts';

export interface IndexClientOptions extends Partial<FetchLimits> {
  /** In order of trust: the first that has a project is the only one asked for its files. */
  readonly indexes: readonly IndexSource[];
  readonly transport: IndexTransport;
  readonly clock: IndexClock;
  /** Requests under way at one time. */
  readonly maxConcurrency?: number;
  /** The same, to one host. */
  readonly maxConcurrencyPerHost?: number;
  /** For hosts of indexes whose URL has no user, and for hosts of files. */
  readonly netrc?: Netrc | null;
  /** Parsed pages, shared by the clients of a process. */
  readonly memory?: IndexCache | null;
  /** Answers on disk, shared by processes. */
  readonly disk?: HttpCache | null;
  /** A page younger than this is taken from a cache without asking; default 0, as the index says. */
  readonly minFreshMs?: number;
  /** Kept pages are asked about, however fresh they are. */
  readonly refresh?: boolean;
  /** RFC 3339: files that were uploaded later, or at a time that nobody states, are not there. */
  readonly excludeNewer?: string;
  /** At least 0, below 1; spreads the tries of many clients. */
  readonly random?: () => number;
}

const defaultLimits: FetchLimits = {
  timeoutMs: 30_000,
  overallTimeoutMs: 120_000,
  maxBodyBytes: 64 * 1024 * 1024,
  maxAttempts: 3,
  maxRetryAfterMs: 30_000,
};
const defaultConcurrency = 16;

const toContext = (options: IndexClientOptions): FetchContext => {
  const all = options.maxConcurrency ?? defaultConcurrency;
  return {
    transport: options.transport,
    clock: options.clock,
    random: options.random ?? Math.random,
    limits: {
      timeoutMs: options.timeoutMs ?? defaultLimits.timeoutMs,
      overallTimeoutMs: options.overallTimeoutMs ?? defaultLimits.overallTimeoutMs,
      maxBodyBytes: options.maxBodyBytes ?? defaultLimits.maxBodyBytes,
      maxAttempts: options.maxAttempts ?? defaultLimits.maxAttempts,
      maxRetryAfterMs: options.maxRetryAfterMs ?? defaultLimits.maxRetryAfterMs,
    },
    gate: new RequestGate({ all, perHost: options.maxConcurrencyPerHost ?? all }),
  };
};

/**
 * Asks package indexes (PEP 503, 592, 629, 658, 691, 700, 714, 792). The first index that has a project wins, also when an
 * earlier one fails: then nothing is answered, so that nobody can slip a project in by breaking a trusted index.
 * Answers are kept as long as the client: make one for each plan, and let them share `memory` and `disk`.
 */
export class IndexClient implements PackageIndex {
  /** Fetches what its listings name. */
  readonly files: FileFetcher;
  readonly #indexes: readonly PreparedIndex[];
  readonly #pages: ListingSource;
  readonly #split: ((files: readonly IndexFile[]) => SplitFiles) | null;
  readonly #listings = new Map<string, Promise<ProjectListing | ProjectNotFound>>();

  /** Throws `IndexUnreachableError` for an index that is no http address, `RangeError` for a wrong `excludeNewer`. */
  constructor(options: IndexClientOptions) {
    const {
      netrc = null,
      memory = null,
      disk = null,
      minFreshMs = 0,
      refresh = false,
      excludeNewer,
    } = options;
    const context = toContext(options);
    this.#indexes = options.indexes.map((index) => prepareIndex(index, netrc));
    this.#pages = new ListingSource(context, { memory, disk, minFreshMs, refresh });
    this.#split = excludeNewer === undefined ? null : createNewerFilter(excludeNewer);
    this.files = new HttpFileFetcher(context, { indexes: this.#indexes, netrc, disk });
  }

  get indexUrl(): string | null {
    const first = this.#indexes[0];
    return first === undefined ? null : redactUrl(first.url);
  }

  get extraIndexUrls(): readonly string[] {
    return this.#indexes.slice(1).map(({ url }) => redactUrl(url));
  }

  findProject(name: string, signal?: AbortSignal): Promise<ProjectListing | ProjectNotFound> {
    const normalizedName = normalizeName(name);
    const known = this.#listings.get(normalizedName);
    if (known !== undefined) return known;
    const asked = this.#askInOrder(normalizedName, signal);
    this.#listings.set(normalizedName, asked);
    // A failure is not kept: the next question asks again.
    asked.catch(() => this.#listings.delete(normalizedName));
    return asked;
  }

  async #askInOrder(
    normalizedName: string,
    signal: AbortSignal | undefined,
  ): Promise<ProjectListing | ProjectNotFound> {
    for (const index of this.#indexes) {
      const page = await this.#pages.find(index, normalizedName, signal);
      if (page !== null) return this.#toListing(page, normalizedName, redactUrl(index.url));
    }
    return { found: false, normalizedName };
  }

  #toListing(page: ListingPage, normalizedName: string, indexUrl: string): ProjectListing {
    const listing = { found: true as const, normalizedName, indexUrl, ...page };
    if (this.#split === null) return listing;
    const hasUploadTimes = page.files.some(({ uploadTime }) => uploadTime !== null);
    return { ...listing, ...this.#split(page.files), hasUploadTimes };
  }
}
