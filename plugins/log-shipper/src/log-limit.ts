import { findUtf8Cut } from './utf8.ts';

/** Room for the mark itself, in bytes. */
const markReserve = 200;
const maxTailBytes = 16 * 1024;

const toMark = (droppedBytes: number, maxBytes: number): string =>
  `\n[ironwheel: ${droppedBytes} bytes of output were left out here: the log limit of ${maxBytes} bytes was reached]\n`;

/**
 * Holds a log within `maxBytes`. The beginning is passed on as it comes; of the rest the last bytes are kept, because
 * that is where a failing build says why; between them stands a mark with the number of bytes that were left out.
 */
export class LogLimit {
  readonly #headBytes: number;
  readonly #tailBytes: number;
  #passed: number;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #overflow = 0;

  constructor(
    readonly maxBytes: number,
    alreadyWritten: number,
  ) {
    this.#tailBytes = Math.min(maxTailBytes, Math.floor(maxBytes / 4));
    this.#headBytes = Math.max(0, maxBytes - this.#tailBytes - markReserve);
    this.#passed = alreadyWritten;
  }

  /** Bytes that will be missing, as far as is known now. */
  get droppedBytes(): number {
    return Math.max(0, this.#overflow - this.#tailBytes);
  }

  /** The part that goes to the log now; the rest is kept as the tail. */
  push(bytes: Buffer): Buffer {
    const room = this.#overflow > 0 ? 0 : Math.max(0, this.#headBytes - this.#passed);
    const cut = bytes.length <= room ? bytes.length : findUtf8Cut(bytes, room);
    this.#passed += cut;
    if (cut < bytes.length) this.#keepTail(bytes.subarray(cut));
    return bytes.subarray(0, cut);
  }

  /** What ends the log: nothing, or the mark and the tail. Also gives the exact number of bytes left out. */
  finish(): { readonly bytes: Buffer; readonly droppedBytes: number } {
    if (this.#overflow === 0) return { bytes: Buffer.alloc(0), droppedBytes: 0 };
    let tail = Buffer.concat(this.#tail);
    // The ring was cut at a byte: begin at the next character.
    let start = Math.max(0, tail.length - this.#tailBytes);
    while (start < tail.length && ((tail[start] ?? 0) & 0xc0) === 0x80) start += 1;
    tail = tail.subarray(start);
    const droppedBytes = this.#overflow - tail.length;
    if (droppedBytes === 0) return { bytes: tail, droppedBytes };
    return { bytes: Buffer.concat([Buffer.from(toMark(droppedBytes, this.maxBytes)), tail]), droppedBytes };
  }

  #keepTail(bytes: Buffer): void {
    this.#overflow += bytes.length;
    // A copy: the caller's buffer may be much larger than the part that is kept.
    const kept = Buffer.from(bytes.subarray(Math.max(0, bytes.length - this.#tailBytes)));
    this.#tail.push(kept);
    this.#tailSize += kept.length;
    for (let first = this.#tail[0]; first !== undefined; first = this.#tail[0]) {
      if (this.#tailSize - first.length < this.#tailBytes) break;
      this.#tail.shift();
      this.#tailSize -= first.length;
    }
    // Many tiny writes would otherwise keep many tiny buffers.
    if (this.#tail.length > 256) this.#tail = [Buffer.concat(this.#tail)];
  }
}
