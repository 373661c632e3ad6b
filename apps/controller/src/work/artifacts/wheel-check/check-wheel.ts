import { createHash } from 'node:crypto';
import {
  findWheelFileName,
  formatTag,
  PackagingError,
  parseHeaderFields,
  parseMetadata,
  parseTagSet,
  type WheelFileName,
} from '@ironwheel/packaging';
import type { ArchiveBytes } from './archive-bytes.ts';
import { ByteCursor } from './byte-cursor.ts';
import { readZipEntries } from './read-zip-entries.ts';
import { parseRecord } from './record.ts';
import { unpackEntry } from './unpack-entry.ts';
import { quote, UnsoundArchiveError } from './unsound-archive.ts';
import type { ZipEntry, ZipLimits } from './zip-directory.ts';

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
 * The file is read twice from end to end; memory stays bounded. Throws `UnsoundArchiveError`.
 */
export async function checkWheel(
  wheel: WheelFileName,
  file: ArchiveBytes,
  limits: ZipLimits,
): Promise<WheelContent> {
  return withPackagingErrors(async () => {
    const { entries, dataBytes, directory, record, content } = await readParts(wheel, file, limits);
    await verifyEntries(file, dataBytes, entries, directory, record);
    return content;
  });
}

/**
 * What the index has to know of a wheel that passed `checkWheel` when it came: reads the list of files and the
 * `.dist-info`, not the rest. Throws `UnsoundArchiveError`.
 */
export async function readWheelContent(
  wheel: WheelFileName,
  file: ArchiveBytes,
  limits: ZipLimits,
): Promise<WheelContent> {
  return withPackagingErrors(async () => (await readParts(wheel, file, limits)).content);
}

async function withPackagingErrors<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new UnsoundArchiveError(cause.message.replace(/\.$/, ''), { cause });
  }
}

interface WheelParts {
  readonly entries: readonly ZipEntry[];
  readonly dataBytes: number;
  readonly directory: string;
  readonly record: ReturnType<typeof parseRecord>;
  readonly content: WheelContent;
}

async function readParts(wheel: WheelFileName, file: ArchiveBytes, limits: ZipLimits): Promise<WheelParts> {
  const { entries, dataBytes } = await readZipEntries(file, limits);
  const directory = findDistInfo(wheel, entries);
  const texts = await readNeeded(file, entries, directory);
  const record = parseRecord(texts.RECORD);
  const content = checkMetadata(wheel, texts.METADATA);
  checkWheelFile(wheel, texts.WHEEL);
  return { entries, dataBytes, directory, record, content };
}

/** The one `.dist-info` directory at the top; its name agrees with the file's. */
function findDistInfo(wheel: WheelFileName, entries: readonly ZipEntry[]): string {
  const tops = new Set(entries.map(({ name }) => name.split('/', 1)[0] ?? ''));
  const [directory, ...others] = [...tops].filter((name) => name.endsWith('.dist-info'));
  if (directory === undefined) throw new UnsoundArchiveError('it has no .dist-info directory');
  if (others.length > 0) throw new UnsoundArchiveError('it has more than one .dist-info directory');
  // The directory's name is spelled as the beginning of a wheel's.
  const named = findWheelFileName(`${directory.slice(0, -'.dist-info'.length)}-py3-none-any.whl`);
  if (named?.normalizedName !== wheel.normalizedName || named.version.text !== wheel.version.text) {
    throw new UnsoundArchiveError(`its directory ${quote(directory)} is of another wheel`);
  }
  return directory;
}

async function readNeeded(
  file: ArchiveBytes,
  entries: readonly ZipEntry[],
  directory: string,
): Promise<Record<Needed, string>> {
  const texts: Record<Needed, string> = { METADATA: '', WHEEL: '', RECORD: '' };
  for (const needed of neededFiles) {
    const index = entries.findIndex(({ name }) => name === `${directory}/${needed}`);
    const entry = entries[index];
    if (entry === undefined) throw new UnsoundArchiveError(`${directory}/${needed} is missing`);
    if (entry.bytes > maxTextBytes || entry.packedBytes > maxTextBytes) {
      throw new UnsoundArchiveError(`${directory}/${needed} is larger than ${maxTextBytes} bytes`);
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
    throw new UnsoundArchiveError(`${name} is not UTF-8`, { cause });
  }
}

function checkMetadata(wheel: WheelFileName, text: string): WheelContent {
  if (text.includes('\u0000')) throw new UnsoundArchiveError('METADATA has a NUL character');
  const metadata = parseMetadata(text);
  if (metadata.normalizedName !== wheel.normalizedName || metadata.version.text !== wheel.version.text) {
    throw new UnsoundArchiveError(
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
    throw new UnsoundArchiveError(`WHEEL states the format ${quote(format)}, known is 1.0`);
  const stated = new Set((fields.get('tag') ?? []).flatMap((tag) => parseTagSet(tag.trim()).map(formatTag)));
  const named = new Set(wheel.tags.map(formatTag));
  if (stated.size !== named.size || [...stated].some((tag) => !named.has(tag))) {
    throw new UnsoundArchiveError(
      `its name says ${wheel.tagText}, its WHEEL file ${[...stated].slice(0, 5).join(', ').slice(0, 300) || 'no tag'}`,
    );
  }
  const [build] = fields.get('build') ?? [];
  const namedBuild = wheel.buildTag === null ? '' : `${wheel.buildTag.number}${wheel.buildTag.suffix}`;
  if (build !== undefined && build.trim() !== namedBuild) {
    throw new UnsoundArchiveError(
      `its name says build tag ${quote(namedBuild)}, its WHEEL file ${quote(build)}`,
    );
  }
}

/** Every file of the archive has its digest in RECORD, and the digest holds (PEP 427, "Installing a wheel"). */
async function verifyEntries(
  file: ArchiveBytes,
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
        throw new UnsoundArchiveError(`${quote(entry.name)} is not in RECORD`);
      const { digest } = await unpackEntry(cursor, entry, {
        algorithm: line?.algorithm ?? null,
        keep: false,
      });
      if (line !== undefined && digest !== line.digest) {
        throw new UnsoundArchiveError(`${quote(entry.name)} does not have the digest that RECORD states`);
      }
    }
    if (cursor.position !== dataBytes)
      throw new UnsoundArchiveError('it has hidden bytes before its list of files');
  } finally {
    stream.destroy();
  }
}
