import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** An entry of an archive that a test makes; the claims may be lies. */
export interface FixtureEntry {
  readonly name: string;
  readonly content: string | Buffer;
  /** Sizes that the archive states instead of the true ones. */
  readonly statedSize?: number;
  readonly statedPackedSize?: number;
  readonly isEncrypted?: boolean;
}

/** A zip file with just these entries, deflated, in order. */
export function writeZip(entries: readonly FixtureEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content);
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(entry.isEncrypted === true ? 0x0801 : 0x0800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(entry.statedPackedSize ?? packed.length, 14);
    fields.writeUInt32LE(entry.statedSize ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** A wheel that is what its name says, unless `changes` make it something else. */
export function writeWheel(
  name: string,
  version: string,
  tag = 'py3-none-any',
  changes: {
    readonly metadata?: string;
    readonly wheel?: string;
    /** RECORD instead of the true one. */
    readonly record?: string;
    readonly more?: readonly FixtureEntry[];
  } = {},
): Buffer {
  const info = `${name}-${version}.dist-info`;
  const entries: readonly FixtureEntry[] = [
    { name: `${name}/__init__.py`, content: '' },
    {
      name: `${info}/METADATA`,
      content: changes.metadata ?? `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    },
    { name: `${info}/WHEEL`, content: changes.wheel ?? `Wheel-Version: 1.0\nTag: ${tag}\n` },
    ...(changes.more ?? []),
  ];
  const lines = new Set(
    entries.map((entry) => {
      const digest = createHash('sha256').update(entry.content).digest('base64url');
      return `${entry.name},sha256=${digest},${Buffer.byteLength(entry.content)}\n`;
    }),
  );
  const record = changes.record ?? `${[...lines].join('')}${info}/RECORD,,\n`;
  return writeZip([...entries, { name: `${info}/RECORD`, content: record }]);
}

/** An uncompressed tar archive (ustar) with just these files. */
export function writeTar(entries: readonly FixtureEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content);
    const header = Buffer.alloc(512);
    header.write(entry.name, 0, 100);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${(entry.statedSize ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const writeSdist = (top: string, more: readonly FixtureEntry[] = []): Buffer =>
  gzipSync(
    writeTar([
      { name: `${top}/PKG-INFO`, content: 'Metadata-Version: 2.1\n' },
      { name: `${top}/pyproject.toml`, content: '' },
      ...more,
    ]),
  );
