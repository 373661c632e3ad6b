import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
}

/** DOS time of 1980-01-01, the first that zip knows. */
const dosDate = 0x0021;

const localHeader = ({ name, data }: ZipEntry): Buffer => {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(dosDate, 12);
  header.writeUInt32LE(crc32(data), 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt32LE(data.length, 22);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name), data]);
};

const centralHeader = ({ name, data }: ZipEntry, offset: number): Buffer => {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(0x0314, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(dosDate, 14);
  header.writeUInt32LE(crc32(data), 16);
  header.writeUInt32LE(data.length, 20);
  header.writeUInt32LE(data.length, 24);
  header.writeUInt16LE(Buffer.byteLength(name), 28);
  header.writeUInt32LE(0o100644 * 0x10000, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, Buffer.from(name)]);
};

/** An uncompressed zip file (APPNOTE 4.3), the same bytes for the same entries. */
const zipOf = (entries: readonly ZipEntry[]): Buffer => {
  const locals = entries.map(localHeader);
  let offset = 0;
  const centrals = entries.map((entry, at) => {
    const central = centralHeader(entry, offset);
    offset += locals[at]?.length ?? 0;
    return central;
  });
  const size = centrals.reduce((sum, one) => sum + one.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...centrals, end]);
};

export interface StubWheel {
  readonly filename: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A sound pure wheel with one module (PEP 427). */
export const makeStubWheel = (name: string, version: string, buildTag: string | null): StubWheel => {
  const stem = `${name.toLowerCase().replace(/[-_.]+/g, '_')}-${version.replaceAll('-', '_')}`;
  const info = `${stem}.dist-info`;
  const build = buildTag === null ? '' : `Build: ${buildTag}\n`;
  const texts = {
    [`${stem.split('-')[0] ?? 'stub'}/__init__.py`]: `"""Made by the stub runner."""\n\nVERSION = "${version}"\n`,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: ironwheel-stub\nRoot-Is-Purelib: true\nTag: py3-none-any\n${build}`,
  };
  const entries = Object.entries(texts).map(([path, text]) => ({ name: path, data: Buffer.from(text) }));
  const rows = entries.map(
    (entry) =>
      `${entry.name},sha256=${createHash('sha256').update(entry.data).digest('base64url')},${entry.data.length}`,
  );
  const record = [...rows, `${info}/RECORD,,`, ''].join('\n');
  const bytes = zipOf([...entries, { name: `${info}/RECORD`, data: Buffer.from(record) }]);
  const tag = buildTag === null ? '' : `-${buildTag}`;
  return {
    filename: `${stem}${tag}-py3-none-any.whl`,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
};
