import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  readonly content: string | Buffer;
  /** 0 stored, 8 deflated (default). */
  readonly method?: number;
  /** Unix mode, with the type of the file. */
  readonly mode?: number;
  readonly flags?: number;
  /** Lies: what the headers say instead of the truth. */
  readonly lies?: {
    readonly bytes?: number;
    readonly crc32?: number;
    /** Name in the local header. */
    readonly localName?: string;
    /** Bytes that lie behind the packed content and are counted to it. */
    readonly padding?: Buffer;
    /** Bytes before the local header that no list mentions. */
    readonly hidden?: Buffer;
    /** Offset of the local header in the list. */
    readonly offset?: number;
  };
}

const sizedHeader = (bytes: number): Buffer => Buffer.alloc(bytes);

/** A zip archive as one wants it, also a broken one. */
export function writeZip(members: readonly ZipMember[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method = 8, mode = 0o100644, flags = 0, lies = {} } of members) {
    const bytes = Buffer.from(content);
    const packed = Buffer.concat([
      method === 8 ? deflateRawSync(bytes) : bytes,
      lies.padding ?? Buffer.alloc(0),
    ]);
    const facts = {
      crc: lies.crc32 ?? crc32(bytes),
      packed: packed.length,
      bytes: lies.bytes ?? bytes.length,
    };
    const hidden = lies.hidden ?? Buffer.alloc(0);
    const localName = Buffer.from(lies.localName ?? name);
    const local = sizedHeader(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(facts.crc, 14);
    local.writeUInt32LE(facts.packed, 18);
    local.writeUInt32LE(facts.bytes, 22);
    local.writeUInt16LE(localName.length, 26);
    const entry = sizedHeader(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(0x0314, 4);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(facts.crc, 16);
    entry.writeUInt32LE(facts.packed, 20);
    entry.writeUInt32LE(facts.bytes, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE((mode << 16) >>> 0, 38);
    entry.writeUInt32LE(lies.offset ?? offset + hidden.length, 42);
    locals.push(hidden, local, localName, packed);
    list.push(entry, Buffer.from(name));
    offset += hidden.length + local.length + localName.length + packed.length;
  }
  const directory = Buffer.concat(list);
  const end = sizedHeader(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)]);
}

export interface SampleWheelOptions {
  readonly name: string;
  readonly version?: string;
  readonly buildTag?: string;
  /** Default `py3-none-any`. */
  readonly tag?: string;
  readonly requiresPython?: string;
  readonly requiresDist?: readonly string[];
  /** Content of the one module; different content makes different bytes. */
  readonly module?: string;
  readonly moreMembers?: readonly ZipMember[];
  /** Changes the members before they are packed, after RECORD was made. */
  readonly change?: (members: ZipMember[]) => ZipMember[];
}

export interface SampleWheel {
  readonly filename: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A small wheel that installs, with one module of its name. */
export function createSampleWheel(options: SampleWheelOptions): SampleWheel {
  const { name, version = '1.0', tag = 'py3-none-any', buildTag } = options;
  const stem = `${name.replaceAll(/[-.]/g, '_')}-${version}`;
  const [interpreters = '', abis = '', platforms = ''] = tag.split('-');
  const tags = interpreters
    .split('.')
    .flatMap((interpreter) =>
      abis
        .split('.')
        .flatMap((abi) => platforms.split('.').map((platform) => `${interpreter}-${abi}-${platform}`)),
    );
  const metadata = [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(options.requiresPython === undefined ? [] : [`Requires-Python: ${options.requiresPython}`]),
    ...(options.requiresDist ?? []).map((line) => `Requires-Dist: ${line}`),
    '',
    'A sample.',
    '',
  ].join('\n');
  const wheel = [
    'Wheel-Version: 1.0',
    'Generator: ironwheel-testing',
    `Root-Is-Purelib: ${String(tag.endsWith('any'))}`,
    ...(buildTag === undefined ? [] : [`Build: ${buildTag}`]),
    ...tags.map((text) => `Tag: ${text}`),
    '',
  ].join('\n');
  const members: ZipMember[] = [
    { name: `${name.replaceAll(/[-.]/g, '_')}.py`, content: options.module ?? `name = "${name}"\n` },
    { name: `${stem}.dist-info/METADATA`, content: metadata },
    { name: `${stem}.dist-info/WHEEL`, content: wheel },
    ...(options.moreMembers ?? []),
  ];
  const record = members
    .map((member) => {
      const digest = createHash('sha256').update(member.content).digest('base64url');
      return `${member.name},sha256=${digest},${Buffer.byteLength(member.content)}`;
    })
    .concat(`${stem}.dist-info/RECORD,,`, '')
    .join('\n');
  members.push({ name: `${stem}.dist-info/RECORD`, content: record });
  const bytes = writeZip(options.change?.(members) ?? members);
  return {
    filename: `${stem}${buildTag === undefined ? '' : `-${buildTag}`}-${tag}.whl`,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
