import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { type RandomAccess } from '../index-client/package-files.ts';
import { ArchiveUnsoundError, quoteName } from './archive-error.ts';
import { readExactly } from './random-access.ts';
import { parseZipDirectory, type ZipEntry } from './zip-directory.ts';
import { findDirectoryPlace, mostEndBytes } from './zip-end-record.ts';

const localSignature = 0x04034b50;
const localHeadBytes = 30;
/** What a writer may put between the name and the data; more costs one more read. */
const likelyExtraBytes = 64;
/** The end of a wheel has its directory and, as writers put them last, its METADATA: mostly one read for all. */
export const firstTailBytes = 16 * 1024;
/** Below, handing the work to another thread costs more than the work. */
const smallEntryBytes = 256 * 1024;
/** The least that zlib takes as its buffer. */
const smallestChunkBytes = 64;
/** No text shrinks by more; a bomb shrinks by a thousand. Small ones may be full of zeros. */
const largestRatio = 200;
const ratioFreeBytes = 1024 * 1024;

const inflateInPool = promisify(inflateRaw);

/** The end of the file, grown as far back as is asked for; further reads are answered from it where they can. */
class TailWindow {
  readonly #access: RandomAccess;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(access: RandomAccess) {
    this.#access = access;
  }

  get #offset(): number {
    return this.#access.size - this.#bytes.length;
  }

  async readTail(length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.#access.size);
    if (wanted > this.#bytes.length) {
      const head = await readExactly(this.#access, this.#access.size - wanted, wanted - this.#bytes.length);
      this.#bytes = this.#bytes.length === 0 ? head : Buffer.concat([head, this.#bytes]);
    }
    return this.#bytes.subarray(this.#bytes.length - wanted);
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (offset >= this.#offset) {
      const start = offset - this.#offset;
      if (start + length > this.#bytes.length)
        throw new ArchiveUnsoundError('it ends before its content does.');
      return this.#bytes.subarray(start, start + length);
    }
    return readExactly(this.#access, offset, length);
  }
}

/** Reads single files of a zip archive without trusting any of its numbers. */
export class ZipReader {
  /** As the central directory lists them. */
  readonly entries: readonly ZipEntry[];
  readonly #window: TailWindow;
  readonly #directoryOffset: number;

  private constructor(window: TailWindow, directoryOffset: number, entries: readonly ZipEntry[]) {
    this.#window = window;
    this.#directoryOffset = directoryOffset;
    this.entries = entries;
  }

  /** Throws `ArchiveUnsoundError`, or what `access` throws. The caller closes `access`. */
  static async open(access: RandomAccess): Promise<ZipReader> {
    const window = new TailWindow(access);
    const place = await this.#findPlace(window, access.size);
    const directory = await window.readTail(access.size - place.offset);
    return new ZipReader(window, place.offset, parseZipDirectory(directory.subarray(0, place.bytes), place));
  }

  static async #findPlace(window: TailWindow, size: number): Promise<ReturnType<typeof findDirectoryPlace>> {
    const tail = await window.readTail(firstTailBytes);
    try {
      return findDirectoryPlace(tail, size);
    } catch (error) {
      // A long comment may hide it.
      if (tail.length === size || !(error instanceof ArchiveUnsoundError)) throw error;
      return findDirectoryPlace(await window.readTail(mostEndBytes), size);
    }
  }

  /** The content of one file, checked against all that the archive says of it. Throws `ArchiveUnsoundError`. */
  async read(entry: ZipEntry, maxBytes: number): Promise<Buffer> {
    const name = quoteName(entry.name);
    if (entry.isEncrypted) throw new ArchiveUnsoundError(`its ${name} is encrypted.`);
    if (entry.method !== 0 && entry.method !== 8) {
      throw new ArchiveUnsoundError(
        `its ${name} is packed by method ${entry.method}, which installers do not take.`,
      );
    }
    if (entry.bytes > maxBytes || entry.packedBytes > maxBytes) {
      throw new ArchiveUnsoundError(`its ${name} has ${entry.bytes} bytes; at most ${maxBytes} are read.`);
    }
    if (entry.bytes > ratioFreeBytes && entry.bytes > entry.packedBytes * largestRatio) {
      throw new ArchiveUnsoundError(
        `its ${name} grows from ${entry.packedBytes} to ${entry.bytes} bytes, as a bomb does.`,
      );
    }
    const packed = await this.#readPacked(entry);
    const content = entry.method === 0 ? packed : await this.#inflate(entry, packed);
    if (content.length !== entry.bytes || crc32(content) !== entry.crc32) {
      throw new ArchiveUnsoundError(`its ${name} is not what the list of files says (size or CRC).`);
    }
    return content;
  }

  async #readPacked(entry: ZipEntry): Promise<Buffer> {
    const lies = (what: string): ArchiveUnsoundError =>
      new ArchiveUnsoundError(`its list of files and its ${quoteName(entry.name)} differ: ${what}.`);
    const room = this.#directoryOffset - entry.offset;
    const headBytes = localHeadBytes + entry.name.length;
    if (room < headBytes + entry.packedBytes) throw lies('it would lie in the list');
    const likelyBytes = Math.min(room, headBytes + likelyExtraBytes + entry.packedBytes);
    const bytes = await this.#window.read(entry.offset, likelyBytes);
    if (bytes.readUInt32LE(0) !== localSignature) throw lies('there is no file where it should be');
    const isNamed =
      bytes.readUInt16LE(26) === entry.name.length &&
      bytes.toString('latin1', localHeadBytes, headBytes) === entry.name;
    if (!isNamed || bytes.readUInt16LE(8) !== entry.method) throw lies('name or method');
    const hasDescriptor = (bytes.readUInt16LE(6) & 8) !== 0;
    const packedBytes = bytes.readUInt32LE(18);
    // Zero where the sizes follow the data, all ones where ZIP64 has them.
    if (!hasDescriptor && packedBytes !== entry.packedBytes && packedBytes !== 0xffffffff) throw lies('size');
    const start = headBytes + bytes.readUInt16LE(28);
    const end = start + entry.packedBytes;
    if (end > room) throw lies('it would lie in the list');
    const overlapping = this.entries.some(
      (other) => other !== entry && other.offset >= entry.offset && other.offset < entry.offset + end,
    );
    if (overlapping) throw lies('another file lies in it');
    return end <= bytes.length
      ? bytes.subarray(start, end)
      : this.#window.read(entry.offset + start, entry.packedBytes);
  }

  async #inflate(entry: ZipEntry, packed: Buffer): Promise<Buffer> {
    // One byte more than stated, so that a longer content shows without being unpacked.
    const maxOutputLength = entry.bytes + 1;
    try {
      if (entry.bytes > smallEntryBytes) return await inflateInPool(packed, { maxOutputLength });
      return inflateRawSync(packed, {
        maxOutputLength,
        chunkSize: Math.max(maxOutputLength, smallestChunkBytes),
      });
    } catch (cause) {
      throw new ArchiveUnsoundError(`its ${quoteName(entry.name)} cannot be unpacked.`, { cause });
    }
  }
}
