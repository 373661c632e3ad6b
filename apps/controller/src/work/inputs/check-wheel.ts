import {
  findWheelFileName,
  formatTag,
  normalizeName,
  PackagingError,
  parseHeaderFields,
  parseMetadata,
  parseTagSet,
  parseWheelFileName,
  type WheelFileName,
} from '@ironwheel/packaging';
import { InputInvalidError } from '@ironwheel/resolver';
import type { ZipEntry } from 'unzipit';
import { readZipText, UnsoundZipError, withZip, type ZipLimits } from './open-zip.ts';

const maxMetadataBytes = 4 * 1024 * 1024;
const neededFiles = ['METADATA', 'WHEEL', 'RECORD'] as const;

type Entries = ReadonlyMap<string, ZipEntry>;

/**
 * Checks that a wheel is what its file name says (binary distribution format): a sound zip whose one `.dist-info`
 * agrees in name and version, with metadata that can be read and, where WHEEL states tags, at least one of them in
 * the name. Throws `InputInvalidError`.
 */
export async function checkWheel(filename: string, path: string, limits: ZipLimits): Promise<void> {
  const wheel = parseWheelFileName(filename);
  try {
    await withZip(path, limits, (entries) => checkEntries(wheel, entries));
  } catch (cause) {
    if (cause instanceof UnsoundZipError || cause instanceof PackagingError) {
      throw new InputInvalidError([`${filename} is not a sound wheel: ${withoutStop(cause.message)}.`], {
        cause,
      });
    }
    throw cause;
  }
}

const withoutStop = (text: string): string => text.replace(/\.$/, '');

async function checkEntries(wheel: WheelFileName, entries: Entries): Promise<void> {
  const directory = findDistInfo(wheel, entries);
  const texts = new Map<string, string>();
  for (const file of neededFiles) {
    const entry = entries.get(`${directory}/${file}`);
    if (entry === undefined) throw new UnsoundZipError(`${directory}/${file} is missing`);
    if (file !== 'RECORD') texts.set(file, await readZipText(entry, maxMetadataBytes));
  }
  const metadata = parseMetadata(texts.get('METADATA') ?? '');
  if (metadata.normalizedName !== wheel.normalizedName || metadata.version.text !== wheel.version.text) {
    throw new UnsoundZipError(
      `its name says ${wheel.normalizedName} ${wheel.version.text}, its METADATA ${metadata.normalizedName} ${metadata.version.text}`,
    );
  }
  checkTags(wheel, texts.get('WHEEL') ?? '');
}

/** The one `.dist-info` directory at the top; its name agrees with the file's. */
function findDistInfo(wheel: WheelFileName, entries: Entries): string {
  const directories = new Set(
    [...entries.keys()]
      .map((name) => name.split('/', 1)[0] ?? '')
      .filter((name) => name.endsWith('.dist-info')),
  );
  const [directory, ...others] = directories;
  if (directory === undefined) throw new UnsoundZipError('it has no .dist-info directory');
  if (others.length > 0) throw new UnsoundZipError('it has more than one .dist-info directory');
  // The directory's name has the form of the beginning of a wheel's: read it as one.
  const named = findWheelFileName(`${directory.slice(0, -'.dist-info'.length)}-py3-none-any.whl`);
  if (
    named?.normalizedName !== normalizeName(wheel.normalizedName) ||
    named.version.text !== wheel.version.text
  ) {
    throw new UnsoundZipError(`its directory ${JSON.stringify(directory.slice(0, 120))} is of another wheel`);
  }
  return directory;
}

function checkTags(wheel: WheelFileName, text: string): void {
  const { fields } = parseHeaderFields(text);
  if (!fields.has('wheel-version')) throw new UnsoundZipError('its WHEEL file states no Wheel-Version');
  const stated = (fields.get('tag') ?? []).flatMap((tag) => parseTagSet(tag.trim()).map(formatTag));
  const named = new Set(wheel.tags.map(formatTag));
  if (stated.length > 0 && !stated.some((tag) => named.has(tag))) {
    throw new UnsoundZipError(
      `its name says ${wheel.tagText}, its WHEEL file ${stated.slice(0, 3).join(', ').slice(0, 200)}`,
    );
  }
}
