import { hash } from 'node:crypto';
import { readCachePolicy, isFresh } from './cache-policy.ts';
import { type CacheEntry } from './cache-entry.ts';
import { fetchResource, type FetchContext, type ResourceContent } from './fetch-resource.ts';
import { toCacheKey, toUserDigest, type HttpCache } from './http-cache.ts';
import { type CachedListing, type IndexCache } from './index-cache.ts';
import { type PreparedIndex } from './index-credentials.ts';
import { IndexUnreachableError } from './index-error.ts';
import { NotAnIndexError } from './parse-html-listing.ts';
import { parsePage, type UnreadPage } from './parse-page.ts';
import { LoopTurns } from './loop-turns.ts';
import { type ListingPage } from './project-listing.ts';
import { findValidators, toValidators, type Validators } from './validators.ts';

export interface ListingStores {
  readonly memory: IndexCache | null;
  readonly disk: HttpCache | null;
  /** An answer younger than this is taken without asking, whatever the index says. */
  readonly minFreshMs: number;
  /** None is taken without asking. */
  readonly refresh: boolean;
}

/** PEP 691, with HTML for indexes that know nothing else. */
const accept =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';

interface Question {
  readonly url: string;
  readonly key: string;
  readonly normalizedName: string;
  readonly authorization: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const toProjectUrl = (indexUrl: string, normalizedName: string): string => {
  const url = new URL(indexUrl);
  url.pathname += `${encodeURIComponent(normalizedName)}/`;
  return url.href;
};

const parse = (page: UnreadPage, normalizedName: string): ListingPage => {
  try {
    return parsePage(page, normalizedName);
  } catch (cause) {
    if (!(cause instanceof NotAnIndexError)) throw cause;
    throw new IndexUnreachableError('not_an_index', page.url, cause.message, { cause });
  }
};

const hasValidators = ({ etag, lastModified }: Validators): boolean => etag !== null || lastModified !== null;

const toListing = (page: ListingPage, { body, ...facts }: CacheEntry): CachedListing => ({
  page,
  ...facts,
  digest: hasValidators(facts) ? null : hash('sha256', body),
  bytes: body.byteLength,
});

/** The page as it was read before, when the same came again. */
const findUnchanged = (known: CachedListing | undefined, unread: UnreadPage): ListingPage | undefined => {
  if (known === undefined || known.digest === null) return undefined;
  if (known.url !== unread.url || known.contentType !== unread.contentType) return undefined;
  return known.digest === hash('sha256', unread.body) ? known.page : undefined;
};

/** Pages of indexes: from memory, from disk, or asked for. Only what was read as a page of the project is kept. */
export class ListingSource {
  readonly #context: FetchContext;
  readonly #stores: ListingStores;
  readonly #turns = new LoopTurns();

  constructor(context: FetchContext, stores: ListingStores) {
    this.#context = context;
    this.#stores = stores;
  }

  /** Null when the index has no such project. Throws `IndexUnreachableError`, or the reason of the signal. */
  async find(
    index: PreparedIndex,
    normalizedName: string,
    signal: AbortSignal | undefined,
  ): Promise<ListingPage | null> {
    signal?.throwIfAborted();
    const { authorization } = index;
    const url = toProjectUrl(index.url, normalizedName);
    const key = toCacheKey('page', url, toUserDigest(authorization));
    const question = { url, key, normalizedName, authorization, signal };
    const known = this.#stores.memory?.find(key) ?? (await this.#readKept(question));
    return known !== undefined && this.#mayTake(known) ? known.page : this.#ask(question, known);
  }

  #mayTake(known: CachedListing): boolean {
    const { refresh, minFreshMs } = this.#stores;
    return !refresh && isFresh(known, this.#context.clock.now(), minFreshMs);
  }

  async #readKept({ key, normalizedName }: Question): Promise<CachedListing | undefined> {
    const { disk, memory } = this.#stores;
    const entry = await disk?.read(key);
    if (entry === undefined) return undefined;
    await this.#turns.next();
    try {
      const listing = toListing(parsePage(entry, normalizedName), entry);
      memory?.set(key, listing);
      return listing;
    } catch (error) {
      if (!(error instanceof NotAnIndexError)) throw error;
      // Written by a version that read pages otherwise.
      await disk?.remove(key);
      return undefined;
    }
  }

  async #ask(question: Question, known: CachedListing | undefined): Promise<ListingPage | null> {
    const { url, key, authorization, signal } = question;
    const { memory, disk } = this.#stores;
    const askedAt = this.#context.clock.now();
    const answer = await fetchResource(this.#context, {
      url,
      headers: { accept, 'accept-encoding': 'gzip', ...(known === undefined ? {} : toValidators(known)) },
      authorization,
      signal,
      maxBytes: this.#context.limits.maxBodyBytes,
    });
    if (answer.kind === 'absent') {
      memory?.delete(key);
      await disk?.remove(key);
      return null;
    }
    if (answer.kind === 'content') return this.#keep(question, answer, askedAt, known);
    // What stands unchanged elsewhere is not what was kept from here.
    if (known?.url !== answer.url) return this.#ask(question, undefined);
    await this.#confirm(key, known, answer.headers, askedAt);
    return known.page;
  }

  async #keep(
    question: Question,
    answer: ResourceContent,
    askedAt: number,
    known: CachedListing | undefined,
  ): Promise<ListingPage> {
    const { headers, url, body } = answer;
    const unread = { url, contentType: headers['content-type'] ?? '', body };
    await this.#turns.next();
    const page = findUnchanged(known, unread) ?? parse(unread, question.normalizedName);
    const policy = readCachePolicy(headers, askedAt);
    if (!policy.isStorable) {
      this.#stores.memory?.delete(question.key);
      await this.#stores.disk?.remove(question.key);
      return page;
    }
    const entry: CacheEntry = {
      ...unread,
      ...findValidators(headers),
      totalBytes: null,
      madeAt: askedAt - policy.ageMs,
      // How long a redirect holds is not known.
      freshMs: url === question.url ? policy.freshMs : 0,
    };
    this.#stores.memory?.set(question.key, toListing(page, entry));
    // What can neither be asked about nor used unasked would only be written.
    const isUseful = hasValidators(entry) || entry.freshMs > 0 || this.#stores.minFreshMs > 0;
    await (isUseful
      ? this.#stores.disk?.writeLater(question.key, entry)
      : this.#stores.disk?.remove(question.key));
    return page;
  }

  async #confirm(
    key: string,
    known: CachedListing,
    headers: Readonly<Record<string, string>>,
    askedAt: number,
  ): Promise<void> {
    const { ageMs } = readCachePolicy(headers, askedAt);
    const madeAt = askedAt - ageMs;
    this.#stores.memory?.set(key, { ...known, madeAt });
    await this.#stores.disk?.confirm(key, madeAt);
  }
}
