/** A chunk as it is read for sealing. */
export interface OpenChunkRow {
  readonly seq: number;
  readonly text: string;
  readonly at: Date;
}

/** A packed block as it is written. */
export interface NewBlock {
  readonly block: number;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly firstLine: number;
  readonly at: Date;
  readonly data: Buffer;
}

export interface BlockKey {
  readonly attempt_id: string;
  readonly block: number;
}

/** A block whose words are not indexed yet. */
export interface LooseBlockRow extends BlockKey {
  readonly bytes: number;
  readonly at: Date;
}

export interface SegmentRow {
  readonly id: number;
  readonly blocks: number;
  readonly newest_at: Date;
}

/** A block to look into, with what a hit tells. */
export interface SearchedBlockRow {
  readonly attempt_id: string;
  readonly name: string;
  readonly version: string;
  readonly first_line: number;
  readonly at: Date;
  readonly data: Buffer;
}
