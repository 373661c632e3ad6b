import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { logSearchHitSchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { findHits } from './find-hits.ts';
import { LogSearchRepository, type SearchPosition, type SearchSlice } from './log-search.repository.ts';
import { logsSection } from './logs.section.ts';

export type LogSearchHit = z.output<typeof logSearchHitSchema>;
export interface LogSearchAnswer {
  readonly items: LogSearchHit[];
  /** The time ran out before the oldest log was reached. */
  readonly incomplete: boolean;
}

/**
 * Plain search, newest logs first. Chunks are scanned from the newest on in slices, until there are enough hits or
 * the time is over; so its cost has a bound, however many logs there are.
 */
@Injectable()
export class SearchLogs {
  readonly #timeoutMs: number;

  constructor(
    private readonly logs: LogSearchRepository,
    config: LoadedConfig,
  ) {
    this.#timeoutMs = config.get(logsSection).LOG_SEARCH_TIMEOUT_MS;
  }

  async search(text: string, limit: number): Promise<LogSearchAnswer> {
    const deadline = performance.now() + this.#timeoutMs;
    const [chunks, entries] = await Promise.all([
      this.#collect(text, limit, deadline, (after, timeoutMs) =>
        this.logs.searchChunks(text, limit, after, timeoutMs),
      ),
      this.#collect(text, limit, deadline, (after, timeoutMs) =>
        this.logs.searchEntries(text, limit, after, timeoutMs),
      ),
    ]);
    const items = [...chunks.items, ...entries.items]
      .sort((left, right) => right.timestamp.localeCompare(left.timestamp))
      .slice(0, limit);
    return { items, incomplete: items.length < limit && (chunks.incomplete || entries.incomplete) };
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
