import { readTogether, type ArchiveBytes } from './archive-bytes.ts';
import { UnsoundArchiveError } from './unsound-archive.ts';
import { findDirectory, readDirectory, tailBytes, type ZipEntry, type ZipLimits } from './zip-directory.ts';

export interface ZipEntries {
  /** In order of their local headers. */
  readonly entries: readonly ZipEntry[];
  /** Bytes before the list of files. */
  readonly dataBytes: number;
}

/**
 * What the list of files of a zip archive says, checked as far as that goes without unpacking: plain relative paths,
 * each once, no links, no encryption, bounded sizes. Throws `UnsoundArchiveError`.
 */
export async function readZipEntries(file: ArchiveBytes, limits: ZipLimits): Promise<ZipEntries> {
  if (file.size < tailBytes) throw new UnsoundArchiveError('it is too short for a zip archive');
  const tail = await readTogether(file, file.size - tailBytes, tailBytes);
  const place = findDirectory(tail, file.size);
  const entries = readDirectory(await readTogether(file, place.offset, place.bytes), place, limits);
  return { entries, dataBytes: place.offset };
}
