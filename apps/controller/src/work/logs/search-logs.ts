import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import { findHits } from './find-hits.ts';
import type { LogSearchHit } from './log.row.ts';
import { LogSearchRepository, type SearchPosition, type SearchSlice } from './log-search.repository.ts';
import { logsSection } from './logs.section.ts';
import { NewestHits } from './sealed/newest-hits.ts';
import { SearchSealed } from './sealed/search-sealed.ts';

export interface LogSearchAnswer {
  readonly items: LogSearchHit[];
  /** The time ran out before the oldest log was reached. */
  readonly incomplete: boolean;
}

/**
 * Plain search, newest logs first. Sealed logs are looked up by their words. What is not sealed is scanned from the
 * newest on in slices. Either ends with enough hits or when the time is over, so that its cost has a bound.
 */
@Injectable()
export class SearchLogs {
  readonly #timeoutMs: number;

  constructor(
    private readonly logs: LogSearchRepository,
    private readonly sealed: SearchSealed,
    config: LoadedConfig,
  ) {
    this.#timeoutMs = config.get(logsSection).LOG_SEARCH_TIMEOUT_MS;
  }

  async search(text: string, limit: number): Promise<LogSearchAnswer> {
    const deadline = performance.now() + this.#timeoutMs;
    const [ofAttempts, entries] = await Promise.all([
      this.#searchAttempts(text, limit, deadline),
      this.#collect(text, limit, deadline, (after, timeoutMs) =>
        this.logs.searchEntries(text, limit, after, timeoutMs),
      ),
    ]);
    const hits = new NewestHits(limit);
    hits.add(ofAttempts.items);
    hits.add(entries.items);
    return { items: hits.list(), incomplete: !hits.isFull && (ofAttempts.incomplete || entries.incomplete) };
  }

  /** Chunks before blocks: a log that is sealed in between is then found twice at most, and never missed. */
  async #searchAttempts(text: string, limit: number, deadline: number): Promise<LogSearchAnswer> {
    const chunks = await this.#collect(text, limit, deadline, (after, timeoutMs) =>
      this.logs.searchChunks(text, limit, after, timeoutMs),
    );
    const hits = new NewestHits(limit);
    hits.add(chunks.items);
    const isWhole = await this.sealed.search(text, hits, deadline);
    return { items: hits.list(), incomplete: chunks.incomplete || !isWhole };
  }

  async #collect(
    text: string,
    limit: number,
    deadline: number,
    next: (after: SearchPosition | null, timeoutMs: number) => Promise<SearchSlice | 'timeout'>,
  ): Promise<LogSearchAnswer> {
    const items: LogSearchHit[] = [];
    let after: SearchPosition | null = null;
    for (;;) {
      const leftMs = Math.floor(deadline - performance.now());
      const slice: SearchSlice | 'timeout' = leftMs < 1 ? 'timeout' : await next(after, leftMs);
      if (slice === 'timeout') return { items, incomplete: true };
      for (const found of slice.found) items.push(...findHits(found, text, limit - items.length));
      if (slice.last === null || items.length >= limit) return { items, incomplete: false };
      after = slice.last;
    }
  }
}
