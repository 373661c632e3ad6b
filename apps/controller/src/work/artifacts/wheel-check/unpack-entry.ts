import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import type { ByteCursor } from './byte-cursor.ts';
import { quote, UnsoundArchiveError } from './unsound-archive.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Digests that a RECORD may state (PEP 427: SHA-256 or better). */
export const recordAlgorithms = ['sha256', 'sha384', 'sha512'] as const;
export type RecordAlgorithm = (typeof recordAlgorithms)[number];

export interface UnpackedEntry {
  /** URL-safe base64 without padding, as RECORD writes it; null when none was asked for. */
  readonly digest: string | null;
  /** The content, when it was asked to be kept. */
  readonly content: Buffer | null;
}

const localHeadBytes = 30;
const descriptorMark = 0x08074b50;

/**
 * Reads one entry where the cursor stands: its local header must repeat what the central directory says (installers
 * differ in which of the two they believe), and its content must have exactly the size and CRC that were stated.
 */
export async function unpackEntry(
  cursor: ByteCursor,
  entry: ZipEntry,
  wanted: { readonly algorithm: RecordAlgorithm | null; readonly keep: boolean },
): Promise<UnpackedEntry> {
  await checkLocalHeader(cursor, entry);
  const hash = wanted.algorithm === null ? null : createHash(wanted.algorithm);
  const kept: Buffer[] = [];
  let bytes = 0;
  let check = 0;
  const take = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes > entry.bytes) {
      throw new UnsoundArchiveError(
        `${quote(entry.name)} unpacks to more than the ${entry.bytes} bytes that it states`,
      );
    }
    check = crc32(piece, check);
    hash?.update(piece);
    if (wanted.keep) kept.push(piece);
  };
  if (entry.method === 0) for await (const piece of cursor.pieces(entry.packedBytes)) take(piece);
  else await inflate(cursor, entry, take);
  if (bytes !== entry.bytes || check !== entry.crc32) {
    throw new UnsoundArchiveError(`the content of ${quote(entry.name)} is not what the archive states of it`);
  }
  if (entry.hasDescriptor) await checkDescriptor(cursor, entry);
  return {
    digest: hash?.digest('base64url') ?? null,
    content: wanted.keep ? Buffer.concat(kept) : null,
  };
}

async function checkLocalHeader(cursor: ByteCursor, entry: ZipEntry): Promise<void> {
  if (cursor.position !== entry.offset) {
    throw new UnsoundArchiveError(
      `${quote(entry.name)} overlaps another entry, or hidden bytes lie before it`,
    );
  }
  const head = await cursor.take(localHeadBytes);
  const name = await cursor.take(head.readUInt16LE(26));
  await cursor.take(head.readUInt16LE(28));
  const sizesAgree =
    entry.hasDescriptor ||
    (head.readUInt32LE(14) === entry.crc32 &&
      head.readUInt32LE(18) === entry.packedBytes &&
      head.readUInt32LE(22) === entry.bytes);
  const agrees =
    head.readUInt32LE(0) === 0x04034b50 &&
    ((head.readUInt16LE(6) & 8) !== 0) === entry.hasDescriptor &&
    head.readUInt16LE(8) === entry.method &&
    name.equals(Buffer.from(entry.name)) &&
    sizesAgree;
  if (!agrees) throw new UnsoundArchiveError(`the two headers of ${quote(entry.name)} contradict each other`);
}

async function inflate(cursor: ByteCursor, entry: ZipEntry, take: (piece: Buffer) => void): Promise<void> {
  const engine = createInflateRaw();
  try {
    await pipeline(
      Readable.from(cursor.pieces(entry.packedBytes)),
      engine,
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) take(piece);
      },
    );
  } catch (cause) {
    if (cause instanceof UnsoundArchiveError) throw cause;
    if (!/^(Z_|ERR_)/.test(String((cause as { code?: unknown }).code))) throw cause;
    throw new UnsoundArchiveError(`${quote(entry.name)} cannot be unpacked`, { cause });
  }
  if (engine.bytesWritten !== entry.packedBytes) {
    throw new UnsoundArchiveError(`${quote(entry.name)} has bytes behind the end of its content`);
  }
}

async function checkDescriptor(cursor: ByteCursor, entry: ZipEntry): Promise<void> {
  const first = (await cursor.take(4)).readUInt32LE(0);
  // The mark is optional; a CRC that happens to equal it is stated twice then.
  const crc = first === descriptorMark ? (await cursor.take(4)).readUInt32LE(0) : first;
  const sizes = await cursor.take(8);
  if (
    crc !== entry.crc32 ||
    sizes.readUInt32LE(0) !== entry.packedBytes ||
    sizes.readUInt32LE(4) !== entry.bytes
  ) {
    throw new UnsoundArchiveError(`the descriptor behind ${quote(entry.name)} contradicts the list of files`);
  }
}
