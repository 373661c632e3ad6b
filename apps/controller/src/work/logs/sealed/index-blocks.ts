import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, ShutdownSignal, type SqlExecutor } from '../../../platform/index.ts';
import { pack, unpack } from './compress.ts';
import type { LooseBlockRow } from './sealed-log.row.ts';
import { SealedLogsRepository } from './sealed-logs.repository.ts';
import { WordIndexBuilder } from './word-index.ts';

/** Blocks wait until so many bytes of log are together, so that a word that stands in many is written once. */
const segmentBytes = 32 * 1024 * 1024;
/** Fewer wait for more: what is not indexed is decompressed for each search. */
const leastBytes = segmentBytes / 2;
const mostBlocks = 4096;
const blocksPerRead = 32;

/** Writes the index of words over sealed blocks, a segment at a time; each in one transaction. */
@Injectable()
export class IndexBlocks {
  constructor(
    private readonly database: Database,
    private readonly logs: SealedLogsRepository,
    private readonly shutdown: ShutdownSignal,
  ) {}

  /** Returns how many blocks were indexed. Fewer bytes than `atLeast` wait for more. */
  async indexAll(atLeast = leastBytes): Promise<number> {
    let indexed = 0;
    while (!this.shutdown.isStopping && (await this.logs.countLooseBytes()) >= Math.max(1, atLeast)) {
      const blocks = await this.database.transaction((tx) => this.#index(tx, atLeast));
      if (blocks === 0) break;
      indexed += blocks;
    }
    return indexed;
  }

  async #index(tx: SqlExecutor, atLeast: number): Promise<number> {
    const blocks = takeBytes(await this.logs.lockLoose(tx, mostBlocks), segmentBytes);
    const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
    const newest = blocks.at(-1);
    // Another controller has the rest.
    if (newest === undefined || (bytes < atLeast && blocks.length < mostBlocks)) return 0;
    const builder = new WordIndexBuilder();
    for (let from = 0; from < blocks.length; from += blocksPerRead) {
      const packed = await this.logs.readBlocks(tx, blocks.slice(from, from + blocksPerRead));
      for (const data of packed) {
        builder.add((await unpack(data)).toString('utf8'));
        // A few milliseconds of work; then others have their turn.
        await setImmediate();
      }
    }
    if (builder.count !== blocks.length) throw new Error('blocks that were locked are gone');
    await this.logs.insertSegment(tx, blocks, newest.at, await pack(builder.build()));
    return blocks.length;
  }
}

/** The first blocks, until they have so many bytes. */
function takeBytes(blocks: readonly LooseBlockRow[], wanted: number): LooseBlockRow[] {
  let bytes = 0;
  const end = blocks.findIndex((block) => (bytes += block.bytes) >= wanted);
  return end === -1 ? [...blocks] : blocks.slice(0, end + 1);
}
