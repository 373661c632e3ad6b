import { ArchiveUnsoundError } from './archive-error.ts';

/** Where the central directory lies. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly bytes: number;
  readonly entries: number;
}

const endSignature = 0x06054b50;
const endBytes = 22;
const zip64LocatorSignature = 0x07064b50;
const zip64LocatorBytes = 20;
const zip64EndSignature = 0x06064b50;
const zip64EndBytes = 56;
const longestComment = 0xffff;
const mostEntries = 500_000;
const largestDirectory = 64 * 1024 * 1024;

/** The end record, its longest comment, and the two records of ZIP64 before it. */
export const mostEndBytes = longestComment + endBytes + zip64LocatorBytes + zip64EndBytes;

/** A 64-bit number; what no file can be long enough for is refused. */
export const readBigOffset = (bytes: Buffer, at: number): number => {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ArchiveUnsoundError('it states a size beyond all files.');
  return Number(value);
};

const findEndRecord = (tail: Buffer): number => {
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== endSignature) continue;
    // Only the last one counts. One in the comment of another would make two readers find two directories.
    if (at + endBytes + tail.readUInt16LE(at + 20) === tail.length) return at;
    break;
  }
  throw new ArchiveUnsoundError('it does not end as a zip archive does.');
};

const readZip64Place = (tail: Buffer, endAt: number, tailOffset: number): [DirectoryPlace, number] => {
  const locatorAt = endAt - zip64LocatorBytes;
  const recordAt = locatorAt - zip64EndBytes;
  const isThere =
    recordAt >= 0 &&
    tail.readUInt32LE(locatorAt) === zip64LocatorSignature &&
    tail.readUInt32LE(recordAt) === zip64EndSignature &&
    readBigOffset(tail, locatorAt + 8) === tailOffset + recordAt;
  if (!isThere) throw new ArchiveUnsoundError('its ZIP64 end record is not where it should be.');
  const entries = readBigOffset(tail, recordAt + 32);
  if (tail.readUInt32LE(recordAt + 16) !== 0 || readBigOffset(tail, recordAt + 24) !== entries) {
    throw new ArchiveUnsoundError('it is part of an archive in several files.');
  }
  const bytes = readBigOffset(tail, recordAt + 40);
  return [{ entries, bytes, offset: readBigOffset(tail, recordAt + 48) }, recordAt];
};

/**
 * Reads the end record (APPNOTE 4.3.16) and that of ZIP64 (4.3.14). `tail` is the end of a file of `fileBytes`. The
 * directory must lie directly before it, so that nothing is hidden between or in front.
 */
export const findDirectoryPlace = (tail: Buffer, fileBytes: number): DirectoryPlace => {
  const tailOffset = fileBytes - tail.length;
  const at = findEndRecord(tail);
  let recordAt = at;
  let place: DirectoryPlace = {
    entries: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  if (
    tail.readUInt16LE(at + 4) !== tail.readUInt16LE(at + 6) ||
    tail.readUInt16LE(at + 8) !== place.entries
  ) {
    throw new ArchiveUnsoundError('it is part of an archive in several files.');
  }
  if (place.entries === 0xffff || place.bytes === 0xffffffff || place.offset === 0xffffffff) {
    [place, recordAt] = readZip64Place(tail, at, tailOffset);
  }
  if (place.entries > mostEntries || place.bytes > largestDirectory) {
    throw new ArchiveUnsoundError(
      `its list of files has ${place.entries} entries in ${place.bytes} bytes; at most ${mostEntries} in ${largestDirectory} are read.`,
    );
  }
  if (place.offset + place.bytes !== tailOffset + recordAt) {
    throw new ArchiveUnsoundError('its list of files does not lie where its end record says.');
  }
  return place;
};
