import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import { logsSection } from '../logs.section.ts';
import { unpack } from './compress.ts';
import type { SegmentRow } from './sealed-log.row.ts';
import { SealedLogsRepository } from './sealed-logs.repository.ts';
import { WordIndex } from './word-index.ts';

/**
 * Indexes of words in memory. They never change, so every controller may keep its own. When there is no room, the newest
 * logs' stay: a search goes from the newest to the oldest, and by order of use each index would push out the next one
 * needed.
 */
@Injectable()
export class SegmentCache {
  readonly #kept = new Map<number, { readonly index: WordIndex; readonly newestAt: Date }>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(
    private readonly logs: SealedLogsRepository,
    config: LoadedConfig,
  ) {
    this.#maxBytes = config.get(logsSection).LOG_SEARCH_CACHE_BYTES;
  }

  /** Null when retention took the segment. */
  async get(segment: SegmentRow): Promise<WordIndex | null> {
    const kept = this.#kept.get(segment.id);
    if (kept !== undefined) return kept.index;
    const data = await this.logs.findSegmentData(segment.id);
    if (data === undefined) return null;
    const index = new WordIndex(await unpack(data), segment.blocks);
    this.#keep(segment, index);
    return index;
  }

  /** Forgets those that retention took. */
  retain(segments: readonly SegmentRow[]): void {
    const there = new Set(segments.map(({ id }) => id));
    for (const id of this.#kept.keys()) if (!there.has(id)) this.#drop(id);
  }

  #keep({ id, newest_at: newestAt }: SegmentRow, index: WordIndex): void {
    if (this.#kept.has(id)) return;
    const older = [...this.#kept]
      .filter(([, kept]) => kept.newestAt < newestAt)
      .sort(([, left], [, right]) => left.newestAt.getTime() - right.newestAt.getTime());
    const room = this.#maxBytes - this.#bytes + older.reduce((sum, [, kept]) => sum + kept.index.size, 0);
    if (index.size > room) return;
    for (const [oldest] of older) {
      if (this.#bytes + index.size <= this.#maxBytes) break;
      this.#drop(oldest);
    }
    this.#kept.set(id, { index, newestAt });
    this.#bytes += index.size;
  }

  #drop(id: number): void {
    this.#bytes -= this.#kept.get(id)?.index.size ?? 0;
    this.#kept.delete(id);
  }
}
