import { open, type FileHandle } from 'node:fs/promises';
import { unzipRaw, type ZipEntry, type ZipInfoRaw } from 'unzipit';

/** A zip file that is broken, or built to do harm; the message is for the one who handed it in. */
export class UnsoundZipError extends Error {}

export interface ZipLimits {
  /** Sum of the sizes of all entries, unpacked. */
  readonly maxUnpackedBytes: number;
}

/** The list of files of a large wheel is some megabytes; more is an attack on memory. */
const maxReadBytes = 16 * 1024 * 1024;
const maxEntries = 100_000;
/** No honest archive of this size shrinks by more; a bomb shrinks by a thousand. */
const maxRatio = 200;
const ratioFreeBytes = 64 * 1024 * 1024;

class FileReader {
  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
  ) {}

  getLength(): Promise<number> {
    return Promise.resolve(this.size);
  }

  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new UnsoundZipError('it points outside of itself');
    }
    if (length > maxReadBytes) throw new UnsoundZipError('its list of files is too large');
    const bytes = new Uint8Array(length);
    const { bytesRead } = await this.file.read(bytes, 0, length, offset);
    if (bytesRead !== length) throw new UnsoundZipError('it is cut off');
    return bytes;
  }
}

/**
 * Opens a zip file for reading single entries. Nothing is unpacked; what the entries claim is checked first: plain
 * relative paths, each once, no encryption, no overlap, and bounded sizes. Throws `UnsoundZipError`.
 */
export async function withZip<T>(
  path: string,
  limits: ZipLimits,
  use: (entries: ReadonlyMap<string, ZipEntry>) => Promise<T>,
): Promise<T> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let zip: ZipInfoRaw;
    try {
      zip = await unzipRaw(new FileReader(file, size));
    } catch (cause) {
      if (cause instanceof UnsoundZipError) throw cause;
      throw new UnsoundZipError('it is not a zip file', { cause });
    }
    return await use(checkEntries(zip.entries, size, limits));
  } finally {
    await file.close();
  }
}

function checkEntries(
  entries: readonly ZipEntry[],
  fileBytes: number,
  limits: ZipLimits,
): ReadonlyMap<string, ZipEntry> {
  if (entries.length > maxEntries) throw new UnsoundZipError(`it has more than ${maxEntries} entries`);
  const byName = new Map<string, ZipEntry>();
  let packed = 0;
  let unpacked = 0;
  for (const entry of entries) {
    if (!isPlainPath(entry.name)) {
      throw new UnsoundZipError(`it has an entry outside of its directory: ${quote(entry.name)}`);
    }
    if (byName.has(entry.name)) throw new UnsoundZipError(`it has ${quote(entry.name)} twice`);
    if (entry.encrypted) throw new UnsoundZipError(`its entry ${quote(entry.name)} is encrypted`);
    byName.set(entry.name, entry);
    packed += entry.compressedSize;
    unpacked += entry.size;
  }
  if (packed > fileBytes) throw new UnsoundZipError('its entries overlap');
  if (unpacked > limits.maxUnpackedBytes) {
    throw new UnsoundZipError(
      `it has ${unpacked} bytes unpacked, more than the ${limits.maxUnpackedBytes} that are taken`,
    );
  }
  if (unpacked > ratioFreeBytes && unpacked > fileBytes * maxRatio) {
    throw new UnsoundZipError(`it grows from ${fileBytes} to ${unpacked} bytes when unpacked`);
  }
  return byName;
}

/** Relative, with `/`, without `.`, `..`, empty parts, drive letters or control characters. */
function isPlainPath(name: string): boolean {
  if (name === '' || name.length > 4096 || /[\\\u0000-\u001f\u007f]|^[A-Za-z]:/.test(name)) return false;
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

const quote = (name: string): string => JSON.stringify(name.slice(0, 120));

/** The text of a small entry (UTF-8). Throws `UnsoundZipError` when it is larger than `maxBytes` or not what it claims. */
export async function readZipText(entry: ZipEntry, maxBytes: number): Promise<string> {
  if (entry.size > maxBytes || entry.compressedSize > maxBytes) {
    throw new UnsoundZipError(`its entry ${quote(entry.name)} is larger than ${maxBytes} bytes`);
  }
  try {
    return await entry.text();
  } catch (cause) {
    if (cause instanceof UnsoundZipError) throw cause;
    throw new UnsoundZipError(`its entry ${quote(entry.name)} cannot be unpacked`, { cause });
  }
}
