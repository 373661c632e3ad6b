import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { ArchiveUnsoundError, quoteName } from './archive-error.ts';

export interface TarGzSearch {
  /** Under which key a file is wanted; undefined for one that is not. The path is without a leading `./`. */
  readonly select: (path: string) => string | undefined;
  /** How many keys there are: reading stops when all are found. */
  readonly wantedCount: number;
  readonly maxFileBytes: number;
}

const mostPackedBytes = 512 * 1024 * 1024;
const mostUnpackedBytes = 2 * 1024 * 1024 * 1024;
const mostEntries = 200_000;
const mostMetaBytes = 1024 * 1024;
/** No honest archive shrinks by more as a whole; a bomb shrinks by a thousand. */
const largestRatio = 200;
const ratioFreeBytes = 64 * 1024 * 1024;

const fileTypes = new Set<string>(['File', 'OldFile', 'ContiguousFile']);

/** Gathers the wanted files while the archive flows by. */
class WantedFiles {
  readonly found = new Map<string, Buffer[]>();
  problem: ArchiveUnsoundError | undefined;
  readonly #search: TarGzSearch;
  #entries = 0;
  #open = 0;

  constructor(search: TarGzSearch) {
    this.#search = search;
  }

  get isComplete(): boolean {
    return this.found.size === this.#search.wantedCount && this.#open === 0;
  }

  take(entry: ReadEntry): void {
    this.#entries += 1;
    if (this.#entries > mostEntries) this.#refuse(`it has more than ${mostEntries} entries.`);
    const path = entry.path.replace(/^(?:\.\/)+/, '');
    if (path.startsWith('/') || path.split('/').includes('..')) {
      this.#refuse(`it has an entry outside of its folder: ${quoteName(path)}.`);
    }
    // A link has no content of its own, wherever it points.
    const key = fileTypes.has(entry.type) ? this.#search.select(path) : undefined;
    if (key === undefined || this.problem !== undefined) {
      entry.resume();
      return;
    }
    if (this.found.has(key)) this.#refuse(`it has ${quoteName(path)} twice.`);
    if (entry.size > this.#search.maxFileBytes) {
      this.#refuse(
        `its ${quoteName(path)} has ${entry.size} bytes; at most ${this.#search.maxFileBytes} are read.`,
      );
    }
    const chunks: Buffer[] = [];
    this.found.set(key, chunks);
    this.#open += 1;
    // Bounded: the parser gives no more than the size of the entry.
    entry.on('data', (chunk) => {
      if (this.problem === undefined) chunks.push(Buffer.from(chunk));
    });
    entry.on('end', () => {
      this.#open -= 1;
    });
  }

  #refuse(why: string): void {
    this.problem ??= new ArchiveUnsoundError(why);
  }
}

const feedParser = async (source: AsyncIterable<Buffer>, wanted: WantedFiles, packed: { bytes: number }) => {
  const parser = new Parser({
    strict: true,
    // It is unpacked already; the parser is not to guess.
    gzip: false,
    maxMetaEntrySize: mostMetaBytes,
    onReadEntry: (entry) => wanted.take(entry),
  });
  let failure: Error | undefined;
  parser.on('error', (error: Error) => (failure ??= error));
  const seen = { end: false };
  parser.on('eof', () => (seen.end = true));
  let unpackedBytes = 0;
  for await (const chunk of source) {
    unpackedBytes += chunk.length;
    if (
      unpackedBytes > mostUnpackedBytes ||
      (unpackedBytes > ratioFreeBytes && unpackedBytes > packed.bytes * largestRatio)
    ) {
      throw new ArchiveUnsoundError(
        `it grows from ${packed.bytes} to more than ${unpackedBytes} bytes, as a bomb does.`,
      );
    }
    // What follows the end mark is nothing; the parser would pile it up.
    if (seen.end) continue;
    parser.write(chunk);
    const problem = wanted.problem ?? failure;
    if (problem !== undefined) throw problem;
    if (wanted.isComplete) return;
  }
  parser.end();
  if (failure !== undefined) throw failure;
};

async function* countBytes(
  source: AsyncIterable<Uint8Array>,
  packed: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    packed.bytes += chunk.length;
    if (packed.bytes > mostPackedBytes) {
      throw new ArchiveUnsoundError(`it is larger than ${mostPackedBytes} bytes.`);
    }
    yield chunk;
  }
}

const isArchiveFault = (error: unknown): boolean => {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(?:Z_|TAR_)/.test(code);
};

/**
 * Finds single files in a `.tar.gz` and stops as soon as it has all. Nothing is written; the first of each is taken.
 * Throws `ArchiveUnsoundError`, or what `source` throws.
 */
export const findTarGzFiles = async (
  source: AsyncIterable<Uint8Array>,
  search: TarGzSearch,
): Promise<Map<string, Buffer>> => {
  const wanted = new WantedFiles(search);
  const packed = { bytes: 0 };
  try {
    await pipeline(
      Readable.from(countBytes(source, packed)),
      createGunzip(),
      (unpacked: AsyncIterable<Buffer>) => feedParser(unpacked, wanted, packed),
    );
  } catch (cause) {
    // Having seen enough, the reader ends the streams before their end.
    if (!wanted.isComplete) {
      if (!isArchiveFault(cause)) throw cause;
      throw new ArchiveUnsoundError('it is not a whole .tar.gz archive.', { cause });
    }
  }
  return new Map([...wanted.found].map(([key, chunks]) => [key, Buffer.concat(chunks)]));
};
