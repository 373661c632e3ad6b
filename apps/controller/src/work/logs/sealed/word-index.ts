import { findWords, type WantedWord } from './words.ts';

/**
 * The words of a row of blocks, and for each word the blocks in which it stands. The words lie in one text, each behind
 * a line break, so that a part of a word is found by looking through that text. Three parts, each behind its length (32
 * bits, little endian): the words; for each word how many bytes it has, how many blocks, and the steps from block to
 * block (as varints); the blocks whose words were not taken (varints).
 */

/** A block whose new words are more than this share of its size is noise: not indexed, always looked into … */
const noiseShare = 0.5;
/** … unless they are few in all, in bytes. */
const harmlessBytes = 8 * 1024;
const separator = 0x0a;

class VarintWriter {
  #bytes = Buffer.alloc(64 * 1024);
  #length = 0;

  write(value: number): void {
    if (this.#length + 5 > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}

interface Cursor {
  at: number;
}

const readVarint = (bytes: Buffer, cursor: Cursor): number => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw new Error('the index of words ends too early');
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
};

const frame = (part: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(part.length);
  return Buffer.concat([length, part]);
};

/** Gathers the words of blocks, in order; then `build` writes the index. */
export class WordIndexBuilder {
  readonly #blocksOf = new Map<string, number[]>();
  readonly #noise: number[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(text: string): void {
    const block = this.#count;
    this.#count += 1;
    const words = findWords(text.toLowerCase());
    let fresh = 0;
    for (const word of words) if (!this.#blocksOf.has(word)) fresh += word.length;
    if (fresh > Math.max(harmlessBytes, text.length * noiseShare)) {
      this.#noise.push(block);
      return;
    }
    for (const word of words) {
      const blocks = this.#blocksOf.get(word);
      if (blocks === undefined) this.#blocksOf.set(word, [block]);
      else blocks.push(block);
    }
  }

  build(): Buffer {
    const postings = new VarintWriter();
    for (const [word, blocks] of this.#blocksOf) {
      postings.write(Buffer.byteLength(word));
      postings.write(blocks.length);
      let before = 0;
      for (const block of blocks) {
        postings.write(block - before);
        before = block;
      }
    }
    const noise = new VarintWriter();
    for (const block of this.#noise) noise.write(block);
    const words = Buffer.from(`\n${[...this.#blocksOf.keys()].join('\n')}\n`);
    return Buffer.concat([words, postings.bytes, noise.bytes].map(frame));
  }
}

/** Answers in which blocks words can stand; never leaves one out. */
export class WordIndex {
  readonly #words: Buffer;
  readonly #postings: Buffer;
  /** Of each word: where it begins in `#words`, where its blocks begin in `#postings`. */
  readonly #wordStarts: Uint32Array;
  readonly #postingStarts: Uint32Array;
  readonly #noise: number[] = [];

  /** Throws when the bytes are none of `WordIndexBuilder`. */
  constructor(
    bytes: Buffer,
    readonly blocks: number,
  ) {
    const [words, postings, noise] = readFrames(bytes);
    this.#words = words;
    this.#postings = postings;
    const wordStarts: number[] = [];
    const postingStarts: number[] = [];
    const cursor: Cursor = { at: 0 };
    for (let wordStart = 1; cursor.at < postings.length;) {
      wordStarts.push(wordStart);
      wordStart += readVarint(postings, cursor) + 1;
      postingStarts.push(cursor.at);
      for (let left = readVarint(postings, cursor); left > 0; left -= 1) readVarint(postings, cursor);
    }
    this.#wordStarts = Uint32Array.from(wordStarts);
    this.#postingStarts = Uint32Array.from(postingStarts);
    for (const at: Cursor = { at: 0 }; at.at < noise.length;) this.#noise.push(readVarint(noise, at));
  }

  /** Bytes in memory. */
  get size(): number {
    return this.#words.length + this.#postings.length + 8 * this.#wordStarts.length;
  }

  get words(): number {
    return this.#wordStarts.length;
  }

  /** Positions of the blocks in which all of `wanted` may stand, last first. */
  find(wanted: readonly WantedWord[]): number[] {
    let left: Uint8Array | null = null;
    for (const word of wanted) {
      const found = this.#findBlocks(word);
      if (left === null) left = found;
      else
        for (let block = 0; block < this.blocks; block += 1)
          left[block] = (left[block] ?? 0) & (found[block] ?? 0);
    }
    const positions: number[] = [];
    for (let block = this.blocks - 1; block >= 0; block -= 1)
      if (left === null || left[block] === 1) positions.push(block);
    return positions;
  }

  #findBlocks(wanted: WantedWord): Uint8Array {
    const found = new Uint8Array(this.blocks);
    for (const block of this.#noise) found[block] = 1;
    const needle = Buffer.from(
      `${wanted.beginsWord ? '\n' : ''}${wanted.text}${wanted.endsWord ? '\n' : ''}`,
    );
    const lead = wanted.beginsWord ? 1 : 0;
    for (let at = this.#words.indexOf(needle); at !== -1;) {
      const word = this.#wordAt(at + lead);
      this.#mark(word, found);
      const next = this.#words.indexOf(separator, at + lead);
      if (next === -1) break;
      at = this.#words.indexOf(needle, next);
    }
    return found;
  }

  #wordAt(offset: number): number {
    let [low, high] = [0, this.#wordStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#wordStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #mark(word: number, found: Uint8Array): void {
    const cursor: Cursor = { at: this.#postingStarts[word] ?? 0 };
    let block = 0;
    for (let left = readVarint(this.#postings, cursor); left > 0; left -= 1) {
      block += readVarint(this.#postings, cursor);
      found[block] = 1;
    }
  }
}

function readFrames(bytes: Buffer): [Buffer, Buffer, Buffer] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    parts.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [words, postings, noise] = parts;
  if (words === undefined || postings === undefined || noise === undefined || parts.length !== 3)
    throw new Error('the index of words is not whole');
  return [words, postings, noise];
}
