import { ArchiveUnsoundError, quoteName } from './archive-error.ts';
import { type DirectoryPlace, readBigOffset } from './zip-end-record.ts';

/** One file of the archive, as its central directory describes it. */
export interface ZipEntry {
  /** Its bytes read as Latin-1: only ASCII names are looked for, and no other bytes can look like one. */
  readonly name: string;
  readonly isEncrypted: boolean;
  /** Sizes and CRC follow the data (general purpose bit 3). */
  readonly hasDescriptor: boolean;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of its local header. */
  readonly offset: number;
}

const signature = 0x02014b50;
const headBytes = 46;
const zip64Extra = 0x0001;
const unsaid = 0xffffffff;

type Sizes = Pick<ZipEntry, 'bytes' | 'packedBytes' | 'offset'>;

const damaged = (): ArchiveUnsoundError => new ArchiveUnsoundError('its list of files is damaged.');

/** APPNOTE 4.5.3: the extra field has, in this order, those sizes that their own fields do not say. */
const readZip64Sizes = (extra: Buffer, stated: Sizes, name: string): Sizes => {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== zip64Extra) continue;
    const data = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let position = 0;
    const next = (value: number): number => {
      if (value !== unsaid) return value;
      if (position + 8 > data.length) throw damaged();
      position += 8;
      return readBigOffset(data, position - 8);
    };
    return { bytes: next(stated.bytes), packedBytes: next(stated.packedBytes), offset: next(stated.offset) };
  }
  throw new ArchiveUnsoundError(`it does not say how large ${quoteName(name)} is.`);
};

/** Reads the central directory (APPNOTE 4.3.12). Throws `ArchiveUnsoundError`. */
export const parseZipDirectory = (bytes: Buffer, place: DirectoryPlace): ZipEntry[] => {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < place.entries; index += 1) {
    if (at + headBytes > bytes.length || bytes.readUInt32LE(at) !== signature) throw damaged();
    const nameEnd = at + headBytes + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const next = extraEnd + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw damaged();
    const name = bytes.toString('latin1', at + headBytes, nameEnd);
    const flags = bytes.readUInt16LE(at + 8);
    let sizes: Sizes = {
      packedBytes: bytes.readUInt32LE(at + 20),
      bytes: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    };
    if (sizes.packedBytes === unsaid || sizes.bytes === unsaid || sizes.offset === unsaid) {
      sizes = readZip64Sizes(bytes.subarray(nameEnd, extraEnd), sizes, name);
    }
    entries.push({
      name,
      // Traditional, strong, and a masked directory.
      isEncrypted: (flags & 0b10_0000_0100_0001) !== 0,
      hasDescriptor: (flags & 8) !== 0,
      method: bytes.readUInt16LE(at + 10),
      crc32: bytes.readUInt32LE(at + 16),
      packedBytes: sizes.packedBytes,
      bytes: sizes.bytes,
      offset: sizes.offset,
    });
    at = next;
  }
  if (at !== bytes.length) throw damaged();
  return entries;
};
