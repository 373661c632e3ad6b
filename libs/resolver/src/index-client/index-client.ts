import { normalizeName } from '@ironwheel/packaging';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { fetchPage, type FetchLimits, type Page } from './fetch-page.ts';
import { IndexUnreachableError } from './index-error.ts';
import { type IndexClock, type IndexTransport } from './index-transport.ts';
import { NotAnIndexError, parseHtmlListing } from './parse-html-listing.ts';
import { parseJsonListing } from './parse-json-listing.ts';
import {
  type ListingPage,
  type PackageIndex,
  type ProjectListing,
  type ProjectNotFound,
} from './project-listing.ts';
import { redactUrl } from './redact-url.ts';

/** One index: the address of its simple API, for example `https://…/simple/`. User and password in it are used. */
export interface IndexSource {
  readonly url: string;
  readonly credentials?: { readonly username: string; readonly password: string };
}

export interface IndexClientOptions extends Partial<FetchLimits> {
  /** In order of trust: the first that has a project is the only one asked for its files. */
  readonly indexes: readonly IndexSource[];
  readonly transport: IndexTransport;
  readonly clock: IndexClock;
  /** Requests under way at one time. */
  readonly maxConcurrency?: number;
}

interface PreparedIndex {
  /** Ends in `/`, without credentials. */
  readonly url: string;
  readonly authorization: string | undefined;
}

const defaultLimits: FetchLimits = {
  timeoutMs: 30_000,
  maxBodyBytes: 64 * 1024 * 1024,
  maxAttempts: 3,
  maxRetryAfterMs: 30_000,
};
const defaultConcurrency = 8;

const decodeUserInfo = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A "%" that escapes nothing is meant as it stands.
    return text;
  }
};

const prepareIndex = ({ url, credentials }: IndexSource): PreparedIndex => {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new IndexUnreachableError('network', url, 'it is not an http or https address.');
  }
  const parsed = new URL(url);
  const username = credentials?.username ?? decodeUserInfo(parsed.username);
  const password = credentials?.password ?? decodeUserInfo(parsed.password);
  parsed.username = '';
  parsed.password = '';
  parsed.hash = '';
  if (!parsed.pathname.endsWith('/')) parsed.pathname += '/';
  const hasCredentials = username !== '' || password !== '';
  const pair = Buffer.from(`${username}:${password}`).toString('base64');
  return { url: parsed.href, authorization: hasCredentials ? `Basic ${pair}` : undefined };
};

const projectUrl = (indexUrl: string, normalizedName: string): string => {
  const url = new URL(indexUrl);
  url.pathname += `${encodeURIComponent(normalizedName)}/`;
  return url.href;
};

const parsePage = ({ body, contentType, url }: Page): ListingPage => {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = new TextDecoder().decode(body);
  if (type === 'application/vnd.pypi.simple.v1+json') return parseJsonListing(text, url);
  // Plain static servers send no type for a file without an ending.
  if (type === 'text/html' || type === 'application/vnd.pypi.simple.v1+html' || type === '') {
    return parseHtmlListing(text, url);
  }
  throw new NotAnIndexError('its content type is neither HTML nor the JSON of the simple API.');
};

/**
 * Asks package indexes (PEP 503, 592, 629, 658, 691, 714). The first index that has a project wins, also when an
 * earlier one fails: then nothing is answered, so that nobody can slip a project in by breaking a trusted index.
 * Answers are kept as long as the client: make one for each plan.
 */
export class IndexClient implements PackageIndex {
  readonly #indexes: readonly PreparedIndex[];
  readonly #transport: IndexTransport;
  readonly #clock: IndexClock;
  readonly #limits: FetchLimits;
  readonly #gate: ConcurrencyGate;
  readonly #listings = new Map<string, Promise<ProjectListing | ProjectNotFound>>();

  constructor(options: IndexClientOptions) {
    this.#indexes = options.indexes.map(prepareIndex);
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#limits = {
      timeoutMs: options.timeoutMs ?? defaultLimits.timeoutMs,
      maxBodyBytes: options.maxBodyBytes ?? defaultLimits.maxBodyBytes,
      maxAttempts: options.maxAttempts ?? defaultLimits.maxAttempts,
      maxRetryAfterMs: options.maxRetryAfterMs ?? defaultLimits.maxRetryAfterMs,
    };
    this.#gate = new ConcurrencyGate(options.maxConcurrency ?? defaultConcurrency);
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
      const listing = await this.#gate.run(() => this.#ask(index, normalizedName, signal));
      if (listing !== null) return listing;
    }
    return { found: false, normalizedName };
  }

  async #ask(
    index: PreparedIndex,
    normalizedName: string,
    signal: AbortSignal | undefined,
  ): Promise<ProjectListing | null> {
    const url = projectUrl(index.url, normalizedName);
    const page = await fetchPage(
      { transport: this.#transport, clock: this.#clock, limits: this.#limits },
      {
        url,
        ...(index.authorization === undefined ? {} : { authorization: index.authorization }),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    if (page === null) return null;
    try {
      return { found: true, normalizedName, indexUrl: redactUrl(index.url), ...parsePage(page) };
    } catch (cause) {
      if (!(cause instanceof NotAnIndexError)) throw cause;
      throw new IndexUnreachableError('not_an_index', page.url, cause.message, { cause });
    }
  }
}
