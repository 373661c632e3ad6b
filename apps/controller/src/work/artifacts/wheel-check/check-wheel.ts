import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  findWheelFileName,
  formatTag,
  PackagingError,
  parseHeaderFields,
  parseMetadata,
  parseTagSet,
  type WheelFileName,
} from '@ironwheel/packaging';
import { ByteCursor } from './byte-cursor.ts';
import { parseRecord } from './record.ts';
import { unpackEntry } from './unpack-entry.ts';
import { quote, UnsoundWheelError } from './unsound-wheel.ts';
import { findDirectory, readDirectory, tailBytes, type ZipEntry, type ZipLimits } from './zip-directory.ts';

/** The stored file; ranges are inclusive, in bytes. */
export interface WheelBytes {
  readonly size: number;
  read(start: number, end: number): Promise<Readable>;
}

/** What the index has to know of a wheel. */
export interface WheelContent {
  /** Requires-Python as written; null when absent. */
  readonly requiresPython: string | null;
  /** The METADATA file, whole, and the SHA-256 of its bytes (PEP 658). */
  readonly metadata: string;
  readonly metadataSha256: string;
}

const maxTextBytes = 16 * 1024 * 1024;
const neededFiles = ['METADATA', 'WHEEL', 'RECORD'] as const;
type Needed = (typeof neededFiles)[number];
/** RECORD cannot state its own digest, nor those of what signs it. */
const withoutDigest = ['RECORD', 'RECORD.jws', 'RECORD.p7s'];

/**
 * Checks that a stored file is the wheel that its name says (binary distribution format, PEP 427): a sound archive
 * whose every byte is accounted for, one `.dist-info` that agrees with the name, and a RECORD whose digests hold.
 * The file is read twice from end to end; memory stays bounded. Throws `UnsoundWheelError`.
 */
export async function checkWheel(
  wheel: WheelFileName,
  file: WheelBytes,
  limits: ZipLimits,
): Promise<WheelContent> {
  try {
    const { entries, dataBytes } = await readEntries(file, limits);
    const directory = findDistInfo(wheel, entries);
    const texts = await readNeeded(file, entries, directory);
    const record = parseRecord(texts.RECORD);
    const content = checkMetadata(wheel, texts.METADATA);
    checkWheelFile(wheel, texts.WHEEL);
    await verifyEntries(file, dataBytes, entries, directory, record);
    return content;
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new UnsoundWheelError(cause.message.replace(/\.$/, ''), { cause });
  }
}

async function readEntries(
  file: WheelBytes,
  limits: ZipLimits,
): Promise<{ entries: ZipEntry[]; dataBytes: number }> {
  if (file.size < tailBytes) throw new UnsoundWheelError('it is too short for a zip archive');
  const tail = await readAll(file, file.size - tailBytes, tailBytes);
  const place = findDirectory(tail, file.size);
  const entries = readDirectory(await readAll(file, place.offset, place.bytes), place, limits);
  return { entries, dataBytes: place.offset };
}

async function readAll(file: WheelBytes, start: number, count: number): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0);
  return new ByteCursor(await file.read(start, start + count - 1)).take(count);
}

/** The one `.dist-info` directory at the top; its name agrees with the file's. */
function findDistInfo(wheel: WheelFileName, entries: readonly ZipEntry[]): string {
  const tops = new Set(entries.map(({ name }) => name.split('/', 1)[0] ?? ''));
  const [directory, ...others] = [...tops].filter((name) => name.endsWith('.dist-info'));
  if (directory === undefined) throw new UnsoundWheelError('it has no .dist-info directory');
  if (others.length > 0) throw new UnsoundWheelError('it has more than one .dist-info directory');
  // The directory's name is spelled as the beginning of a wheel's.
  const named = findWheelFileName(`${directory.slice(0, -'.dist-info'.length)}-py3-none-any.whl`);
  if (named?.normalizedName !== wheel.normalizedName || named.version.text !== wheel.version.text) {
    throw new UnsoundWheelError(`its directory ${quote(directory)} is of another wheel`);
  }
  return directory;
}

async function readNeeded(
  file: WheelBytes,
  entries: readonly ZipEntry[],
  directory: string,
): Promise<Record<Needed, string>> {
  const texts: Record<Needed, string> = { METADATA: '', WHEEL: '', RECORD: '' };
  for (const needed of neededFiles) {
    const index = entries.findIndex(({ name }) => name === `${directory}/${needed}`);
    const entry = entries[index];
    if (entry === undefined) throw new UnsoundWheelError(`${directory}/${needed} is missing`);
    if (entry.bytes > maxTextBytes || entry.packedBytes > maxTextBytes) {
      throw new UnsoundWheelError(`${directory}/${needed} is larger than ${maxTextBytes} bytes`);
    }
    const stream = await file.read(entry.offset, file.size - 1);
    try {
      const unpacked = await unpackEntry(new ByteCursor(stream, entry.offset), entry, {
        algorithm: null,
        keep: true,
      });
      texts[needed] = decode(unpacked.content ?? Buffer.alloc(0), needed);
    } finally {
      stream.destroy();
    }
  }
  return texts;
}

function decode(content: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw new UnsoundWheelError(`${name} is not UTF-8`, { cause });
  }
}

function checkMetadata(wheel: WheelFileName, text: string): WheelContent {
  if (text.includes('\u0000')) throw new UnsoundWheelError('METADATA has a NUL character');
  const metadata = parseMetadata(text);
  if (metadata.normalizedName !== wheel.normalizedName || metadata.version.text !== wheel.version.text) {
    throw new UnsoundWheelError(
      `its name says ${wheel.normalizedName} ${wheel.version.text}, its METADATA ${metadata.normalizedName} ${metadata.version.text}`,
    );
  }
  return {
    requiresPython:
      parseHeaderFields(text).fields.get('requires-python')?.[0]?.replaceAll(/\s+/g, ' ').trim() ?? null,
    metadata: text,
    metadataSha256: createHash('sha256').update(text).digest('hex'),
  };
}

/** WHEEL must state a format that installers know, and exactly the tags and the build tag of the file name. */
function checkWheelFile(wheel: WheelFileName, text: string): void {
  const { fields } = parseHeaderFields(text.trimStart());
  const [format = ''] = fields.get('wheel-version') ?? [];
  if (!/^1\.\d+$/.test(format.trim()))
    throw new UnsoundWheelError(`WHEEL states the format ${quote(format)}, known is 1.0`);
  const stated = new Set((fields.get('tag') ?? []).flatMap((tag) => parseTagSet(tag.trim()).map(formatTag)));
  const named = new Set(wheel.tags.map(formatTag));
  if (stated.size !== named.size || [...stated].some((tag) => !named.has(tag))) {
    throw new UnsoundWheelError(
      `its name says ${wheel.tagText}, its WHEEL file ${[...stated].slice(0, 5).join(', ').slice(0, 300) || 'no tag'}`,
    );
  }
  const [build] = fields.get('build') ?? [];
  const namedBuild = wheel.buildTag === null ? '' : `${wheel.buildTag.number}${wheel.buildTag.suffix}`;
  if (build !== undefined && build.trim() !== namedBuild) {
    throw new UnsoundWheelError(
      `its name says build tag ${quote(namedBuild)}, its WHEEL file ${quote(build)}`,
    );
  }
}

/** Every file of the archive has its digest in RECORD, and the digest holds (PEP 427, "Installing a wheel"). */
async function verifyEntries(
  file: WheelBytes,
  dataBytes: number,
  entries: readonly ZipEntry[],
  directory: string,
  record: ReturnType<typeof parseRecord>,
): Promise<void> {
  const stream = await file.read(0, Math.max(0, dataBytes - 1));
  try {
    const cursor = new ByteCursor(stream);
    for (const entry of entries) {
      const line = record.get(entry.name);
      const mayLack =
        entry.isDirectory || withoutDigest.some((name) => entry.name === `${directory}/${name}`);
      if (line === undefined && !mayLack)
        throw new UnsoundWheelError(`${quote(entry.name)} is not in RECORD`);
      const { digest } = await unpackEntry(cursor, entry, {
        algorithm: line?.algorithm ?? null,
        keep: false,
      });
      if (line !== undefined && digest !== line.digest) {
        throw new UnsoundWheelError(`${quote(entry.name)} does not have the digest that RECORD states`);
      }
    }
    if (cursor.position !== dataBytes)
      throw new UnsoundWheelError('it has hidden bytes before its list of files');
  } finally {
    stream.destroy();
  }
}
