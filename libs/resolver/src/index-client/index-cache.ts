import { type ListingPage } from './project-listing.ts';

/** A page as parsed, with what is needed to ask whether it still holds. */
export interface CachedListing {
  readonly page: ListingPage;
  readonly url: string;
  readonly contentType: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly freshMs: number;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** SHA-256 of the page as it came, where the index gives nothing to ask by: then it shows that nothing changed. */
  readonly digest: string | null;
  /** Of the page as it came: a parsed page takes about as much. */
  readonly bytes: number;
}

export interface IndexCacheOptions {
  readonly maxListings?: number;
  readonly maxBytes?: number;
}

const defaultMaxListings = 5000;
const defaultMaxBytes = 256 * 1024 * 1024;

/**
 * Parsed pages in memory, for all plans of a process: a page that is still fresh is neither asked for nor parsed. The
 * least recently used go first. Pages and their files are the same objects each time: nobody may change them.
 */
export class IndexCache {
  readonly #maxListings: number;
  readonly #maxBytes: number;
  /** In order of use, the last used last. */
  readonly #listings = new Map<string, CachedListing>();
  #bytes = 0;

  constructor(options: IndexCacheOptions = {}) {
    this.#maxListings = options.maxListings ?? defaultMaxListings;
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
  }

  get size(): number {
    return this.#listings.size;
  }

  find(key: string): CachedListing | undefined {
    const listing = this.#listings.get(key);
    if (listing !== undefined) {
      this.#listings.delete(key);
      this.#listings.set(key, listing);
    }
    return listing;
  }

  set(key: string, listing: CachedListing): void {
    this.delete(key);
    if (listing.bytes > this.#maxBytes) return;
    this.#listings.set(key, listing);
    this.#bytes += listing.bytes;
    for (const oldest of this.#listings.keys()) {
      if (this.#listings.size <= this.#maxListings && this.#bytes <= this.#maxBytes) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const listing = this.#listings.get(key);
    if (listing === undefined) return;
    this.#listings.delete(key);
    this.#bytes -= listing.bytes;
  }
}
