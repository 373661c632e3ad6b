import { isPlainEntryPath } from './entry-path.ts';
import { quote, UnsoundArchiveError } from './unsound-archive.ts';

/** One file of the archive, as its central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of its local header. */
  readonly offset: number;
  /** Sizes and CRC follow the data (general purpose bit 3). */
  readonly hasDescriptor: boolean;
}

export interface ZipLimits {
  /** Sum of the sizes of all entries, unpacked. */
  readonly maxUnpackedBytes: number;
}

/** Where the central directory lies. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly bytes: number;
  readonly entries: number;
}

const endBytes = 22;
const entryHeadBytes = 46;
/** The 16-bit count of an archive without ZIP64 ends here. */
const maxEntries = 65_534;
const maxDirectoryBytes = 32 * 1024 * 1024;
/** No honest wheel shrinks by more as a whole; a bomb shrinks by a thousand. Small ones may be full of zeros. */
const maxRatio = 200;
const ratioFreeBytes = 64 * 1024 * 1024;
const fileTypeMask = 0o170000;
const ordinaryTypes = new Set([0, 0o100000, 0o040000]);

/** How much of the end of the file `findDirectory` wants to see. */
export const tailBytes = endBytes;

/**
 * The end record of the archive (APPNOTE 4.3.16). It must be the very end: with a comment behind it, two readers can
 * find two different directories in one file.
 */
export function findDirectory(tail: Buffer, fileBytes: number): DirectoryPlace {
  if (tail.length !== endBytes || tail.readUInt32LE(0) !== 0x06054b50) {
    throw new UnsoundArchiveError('it does not end as a zip archive does');
  }
  const place = {
    entries: tail.readUInt16LE(10),
    bytes: tail.readUInt32LE(12),
    offset: tail.readUInt32LE(16),
  };
  if (tail.readUInt16LE(20) !== 0) throw new UnsoundArchiveError('its end record announces a comment');
  if (tail.readUInt16LE(4) !== 0 || tail.readUInt16LE(6) !== 0 || tail.readUInt16LE(8) !== place.entries) {
    throw new UnsoundArchiveError('it is part of an archive in several files');
  }
  if (place.entries > maxEntries || place.offset === 0xffffffff) {
    throw new UnsoundArchiveError(`it has more than ${maxEntries} entries or is larger than 4 GiB (ZIP64)`);
  }
  if (place.bytes > maxDirectoryBytes) throw new UnsoundArchiveError('its list of files is too large');
  if (place.offset + place.bytes + endBytes !== fileBytes) {
    throw new UnsoundArchiveError('its list of files does not lie where its end record says');
  }
  return place;
}

/** Reads the central directory and checks all that can be known without unpacking. In order of the local headers. */
export function readDirectory(bytes: Buffer, place: DirectoryPlace, limits: ZipLimits): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let position = 0;
  for (let index = 0; index < place.entries; index += 1) {
    const { entry, next } = readEntry(bytes, position);
    entries.push(entry);
    position = next;
  }
  if (position !== bytes.length)
    throw new UnsoundArchiveError('its list of files does not end where it should');
  checkTogether(entries, place.offset, limits);
  return entries.sort((left, right) => left.offset - right.offset);
}

function readEntry(bytes: Buffer, at: number): { entry: ZipEntry; next: number } {
  if (at + entryHeadBytes > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) {
    throw new UnsoundArchiveError('its list of files is damaged');
  }
  const nameEnd = at + entryHeadBytes + bytes.readUInt16LE(at + 28);
  const next = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) throw new UnsoundArchiveError('its list of files is damaged');
  const name = decodeName(bytes.subarray(at + entryHeadBytes, nameEnd));
  if (!isPlainEntryPath(name)) {
    throw new UnsoundArchiveError(`it has an entry that would lie outside of its directory: ${quote(name)}`);
  }
  const flags = bytes.readUInt16LE(at + 8);
  if ((flags & 0b10_0000_0100_0001) !== 0) throw new UnsoundArchiveError(`${quote(name)} is encrypted`);
  const method = bytes.readUInt16LE(at + 10);
  if (method !== 0 && method !== 8) {
    throw new UnsoundArchiveError(
      `${quote(name)} is packed by method ${method}, which installers do not take`,
    );
  }
  const type = (bytes.readUInt32LE(at + 38) >>> 16) & fileTypeMask;
  if (!ordinaryTypes.has(type)) throw new UnsoundArchiveError(`${quote(name)} is a link or a device`);
  const entry: ZipEntry = {
    name,
    isDirectory: name.endsWith('/'),
    method,
    crc32: bytes.readUInt32LE(at + 16),
    packedBytes: bytes.readUInt32LE(at + 20),
    bytes: bytes.readUInt32LE(at + 24),
    offset: bytes.readUInt32LE(at + 42),
    hasDescriptor: (flags & 8) !== 0,
  };
  if ([entry.packedBytes, entry.bytes, entry.offset].includes(0xffffffff)) {
    throw new UnsoundArchiveError(`${quote(name)} is larger than 4 GiB (ZIP64)`);
  }
  return { entry, next };
}

function decodeName(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new UnsoundArchiveError('it has a file name that is not UTF-8', { cause });
  }
}

function checkTogether(entries: readonly ZipEntry[], fileBytes: number, limits: ZipLimits): void {
  const names = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    const name = entry.isDirectory ? entry.name.slice(0, -1) : entry.name;
    if (names.has(name)) throw new UnsoundArchiveError(`it has ${quote(entry.name)} twice`);
    names.add(name);
    if (entry.isDirectory && entry.bytes > 0)
      throw new UnsoundArchiveError(`${quote(entry.name)} is a directory with content`);
    total += entry.bytes;
  }
  const files = new Set(entries.filter((entry) => !entry.isDirectory).map((entry) => entry.name));
  for (const { name } of entries) {
    for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
      if (files.has(name.slice(0, at))) {
        throw new UnsoundArchiveError(`${quote(name.slice(0, at))} is both a file and a directory`);
      }
    }
  }
  if (total > limits.maxUnpackedBytes) {
    throw new UnsoundArchiveError(
      `it has ${total} bytes unpacked, more than the ${limits.maxUnpackedBytes} that are taken`,
    );
  }
  if (total > ratioFreeBytes && total > fileBytes * maxRatio) {
    throw new UnsoundArchiveError(
      `it grows from ${fileBytes} to ${total} bytes when unpacked, as a zip bomb does`,
    );
  }
}
