import type { Readable } from 'node:stream';
import { UnsoundArchiveError } from './unsound-archive.ts';

/** Reads a stream from its beginning in pieces of wanted sizes. */
export class ByteCursor {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #position: number;

  /** `position`: where in the file the stream begins. */
  constructor(stream: Readable, position = 0) {
    this.#position = position;
    this.#source = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Where in the file the next byte lies. */
  get position(): number {
    return this.#position;
  }

  /** Exactly `count` bytes, together: for headers, not for content. */
  async take(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(count)) pieces.push(piece);
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /** Exactly `count` bytes, as they come. */
  async *pieces(count: number): AsyncGenerator<Buffer> {
    let missing = count;
    while (missing > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) throw new UnsoundArchiveError('it is cut off');
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(piece.length);
      this.#position += piece.length;
      missing -= piece.length;
      yield piece;
    }
  }
}
