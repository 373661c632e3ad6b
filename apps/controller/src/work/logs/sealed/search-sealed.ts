import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { findHits } from '../find-hits.ts';
import { unpack } from './compress.ts';
import type { LooseBlockRow, SearchedBlockRow } from './sealed-log.row.ts';
import { SealedLogsRepository } from './sealed-logs.repository.ts';
import { SegmentCache } from './segment-cache.ts';
import { NewestHits } from './newest-hits.ts';
import { findWantedWords } from './words.ts';

/** Blocks that are looked into at a time; few at first, since a frequent word is found at once. */
const firstBatch = 8;
const largestBatch = 128;

/** A row of blocks to look into, newest first. */
interface Candidates<Place> {
  readonly places: readonly Place[];
  readonly read: (places: readonly Place[]) => Promise<SearchedBlockRow[]>;
}

/** Searches sealed logs, newest first: by the index of words, and by looking into the blocks that it names. */
@Injectable()
export class SearchSealed {
  constructor(
    private readonly logs: SealedLogsRepository,
    private readonly segments: SegmentCache,
  ) {}

  /** Adds to `hits`; false when `deadline` (of `performance.now()`) came before the oldest log. */
  async search(text: string, hits: NewestHits, deadline: number): Promise<boolean> {
    const needle = text.toLowerCase();
    const wanted = findWantedWords(needle);
    const { loose, segments } = await this.logs.listSearchable();
    this.segments.retain(segments);
    const looseNewestFirst = {
      places: loose.toReversed(),
      read: (places: readonly LooseBlockRow[]) => this.logs.listByKeys(places),
    };
    if (!(await this.#searchBlocks(looseNewestFirst, needle, hits, deadline))) return false;
    for (const segment of segments) {
      if (hits.isBeyond(segment.newest_at)) return true;
      if (performance.now() > deadline) return false;
      const index = await this.segments.get(segment);
      if (index === null) continue;
      const found = {
        places: index.find(wanted),
        read: (positions: readonly number[]) => this.logs.listBySegment(segment.id, positions),
      };
      if (!(await this.#searchBlocks(found, needle, hits, deadline))) return false;
      // Looking through the words of a segment takes milliseconds; others have their turn.
      await setImmediate();
    }
    return true;
  }

  async #searchBlocks<Place>(
    { places, read }: Candidates<Place>,
    needle: string,
    hits: NewestHits,
    deadline: number,
  ): Promise<boolean> {
    let size = firstBatch;
    for (let from = 0; from < places.length;) {
      if (performance.now() > deadline) return false;
      const blocks = await read(places.slice(from, from + size));
      const texts = await Promise.all(blocks.map((block) => unpack(block.data)));
      for (const [index, block] of blocks.entries()) {
        if (hits.isBeyond(block.at)) return true;
        const text = texts[index]?.toString('utf8') ?? '';
        hits.add(findHits({ ...block, text }, needle, hits.limit));
      }
      from += size;
      size = Math.min(size * 2, largestBatch);
    }
    return true;
  }
}
