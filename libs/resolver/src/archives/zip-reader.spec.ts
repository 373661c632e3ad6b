import { writeZip, type ZipMember } from '@ironwheel/testing';
import { describe, expect, it } from 'vitest';
import { type RandomAccess } from '../index-client/package-files.ts';
import { toRandomAccess } from './random-access.ts';
import { ZipReader } from './zip-reader.ts';

const readFirst = async (bytes: Uint8Array, maxBytes = 10_000_000): Promise<string> => {
  const zip = await ZipReader.open(toRandomAccess(bytes));
  const entry = zip.entries[0]!;
  return (await zip.read(entry, maxBytes)).toString();
};

const hello: ZipMember = { name: 'hello.txt', content: 'hello'.repeat(50) };
const world: ZipMember = { name: 'world.txt', content: 'world', method: 0 };

/** The same archive with a ZIP64 end record, and with sizes that only its extra fields say. */
const toZip64 = (zip: Buffer): Buffer => {
  const end = zip.subarray(-22);
  const directoryOffset = end.readUInt32LE(16);
  const directory = zip.subarray(directoryOffset, -22);
  const nameEnd = 46 + directory.readUInt16LE(28);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(directory.readUInt32LE(24)), 4);
  extra.writeBigUInt64LE(BigInt(directory.readUInt32LE(20)), 12);
  extra.writeBigUInt64LE(BigInt(directory.readUInt32LE(42)), 20);
  const entry = Buffer.concat([directory.subarray(0, nameEnd), extra]);
  entry.fill(0xff, 20, 28);
  entry.fill(0xff, 42, 46);
  entry.writeUInt16LE(28, 30);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(1n, 24);
  record.writeBigUInt64LE(1n, 32);
  record.writeBigUInt64LE(BigInt(entry.length), 40);
  record.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + entry.length), 8);
  locator.writeUInt32LE(1, 16);
  const lastRecord = Buffer.from(end);
  lastRecord.fill(0xff, 8, 20);
  return Buffer.concat([zip.subarray(0, directoryOffset), entry, record, locator, lastRecord]);
};

describe('reading a zip archive', () => {
  it.each([
    ['a packed file', writeZip([hello, world])],
    ['a stored file', writeZip([{ ...hello, method: 0 }])],
    ['an archive with a comment', writeZip([hello], 'a comment')],
    ['an archive with the longest comment', writeZip([hello], 'c'.repeat(65_535))],
    [
      'an archive larger than its first tail',
      writeZip([hello, { name: 'x', content: Buffer.alloc(90_000, 7), method: 0 }]),
    ],
    ['an archive with ZIP64 records', toZip64(writeZip([hello]))],
  ])('reads %s', async (_what, bytes) => {
    expect(await readFirst(bytes)).toBe('hello'.repeat(50));
  });

  it('reads a small file at the end of a large archive without its beginning', async () => {
    const bytes = writeZip([{ name: 'large', content: Buffer.alloc(5_000_000, 1), method: 0 }, world]);
    let read = 0;
    const counted: RandomAccess = {
      size: bytes.length,
      read: (offset, length) => {
        read += length;
        return Promise.resolve(bytes.subarray(offset, offset + length));
      },
      close: () => Promise.resolve(),
    };
    const zip = await ZipReader.open(counted);
    expect((await zip.read(zip.entries[1]!, 100)).toString()).toBe('world');
    expect(read).toBeLessThan(20_000);
  });

  const lie = (lies: NonNullable<ZipMember['lies']>): Buffer => writeZip([{ ...hello, lies }]);
  const truncated = writeZip([hello]).subarray(0, -1);
  const nested = writeZip([hello], `PK\u0005\u0006${'x'.repeat(30)}`);

  it.each([
    ['nothing', Buffer.alloc(0), 'does not end as a zip archive does'],
    ['rubbish', Buffer.alloc(100_000, 0x50), 'does not end as a zip archive does'],
    ['a truncated archive', truncated, 'does not end as a zip archive does'],
    ['an end record in the comment of another', nested, 'does not end as a zip archive does'],
    [
      'bytes in front of the archive',
      Buffer.concat([Buffer.alloc(9), writeZip([hello])]),
      'where its end record says',
    ],
    ['a wrong CRC', lie({ crc32: 1 }), 'size or CRC'],
    ['a stated size below the real one', lie({ bytes: 3 }), 'cannot be unpacked'],
    ['a stated size above the real one', lie({ bytes: 9999 }), 'size or CRC'],
    ['another name in the local header', lie({ localName: 'jello.txt' }), 'name or method'],
    [
      'an offset to nothing',
      writeZip([{ ...hello, lies: { offset: 3 } }, world]),
      'no file where it should be',
    ],
    ['an offset into the directory', lie({ offset: 1000 }), 'lie in the list'],
    ['an encrypted file', writeZip([{ ...hello, flags: 1 }]), 'is encrypted'],
    ['an unknown method', writeZip([{ ...hello, method: 12 }]), 'packed by method 12'],
  ])('refuses %s', async (_what, bytes, message) => {
    await expect(readFirst(bytes)).rejects.toThrow(message);
  });

  it('refuses two files that share bytes', async () => {
    const first = { name: 'a', content: 'same', method: 0 };
    await expect(readFirst(writeZip([first, { ...first, lies: { offset: 0 } }]))).rejects.toThrow(
      'another file lies in it',
    );
  });

  it('refuses what is larger than asked for, and a bomb, without unpacking', async () => {
    const bomb = writeZip([{ name: 'METADATA', content: Buffer.alloc(9_000_000) }]);
    await expect(readFirst(bomb, 1000)).rejects.toThrow('at most 1000 are read');
    await expect(readFirst(bomb)).rejects.toThrow('as a bomb does');
  });

  it('refuses a directory that states more than it may have', async () => {
    const bytes = toZip64(writeZip([hello]));
    bytes.writeBigUInt64LE(10_000_000n, bytes.length - 22 - 20 - 56 + 24);
    bytes.writeBigUInt64LE(10_000_000n, bytes.length - 22 - 20 - 56 + 32);
    await expect(readFirst(bytes)).rejects.toThrow('10000000 entries');
  });

  it('survives any one damaged byte: the content, or a complaint about the archive', async () => {
    const sound = writeZip([hello, world]);
    for (let at = 0; at < sound.length; at += 1) {
      const damaged = Buffer.from(sound);
      damaged[at] = damaged[at]! ^ 0xff;
      const outcome = await readFirst(damaged).catch((error: unknown) => (error as Error).name);
      expect(['hello'.repeat(50), 'world', 'ArchiveUnsoundError']).toContain(outcome);
    }
  });
});
