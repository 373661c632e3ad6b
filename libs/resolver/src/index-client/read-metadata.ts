import {
  compareVersions,
  PackagingError,
  parseMetadata,
  type CoreMetadata,
  type Version,
} from '@ironwheel/packaging';
import { isUtf8 } from 'node:buffer';
import { ArchiveUnsoundError } from '../archives/archive-error.ts';
import { PackageFileError } from './package-file-error.ts';

/** What a file name says of the file: METADATA inside has to agree. */
export interface NamedRelease {
  readonly normalizedName: string;
  readonly version: Version;
}

/** In which way METADATA is of another release than it should be; undefined when it is of this one. */
export const findDisagreement = (metadata: CoreMetadata, release: NamedRelease): string | undefined => {
  if (
    metadata.normalizedName === release.normalizedName &&
    compareVersions(metadata.version, release.version) === 0
  ) {
    return undefined;
  }
  return `its metadata is of ${metadata.name} ${metadata.version.text}, its file name says ${release.normalizedName} ${release.version.text}.`;
};

/**
 * Only what stands before the description: that is all that is read of it, and a description is most of the bytes, which
 * the fields would keep in memory as long as they live.
 */
export const cutDescription = (bytes: Uint8Array): Uint8Array => {
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    const next = bytes[at + 1];
    if (next === 0x0a || (next === 0x0d && bytes[at + 2] === 0x0a)) return bytes.subarray(0, at + 1);
  }
  return bytes;
};

/** Reads METADATA that was found at `place` (a URL or a file name). Throws `PackageFileError`. */
export const parseReleaseMetadata = (
  bytes: Uint8Array,
  release: NamedRelease,
  place: string,
): CoreMetadata => {
  let metadata: CoreMetadata;
  try {
    if (!isUtf8(bytes)) throw new PackagingError('METADATA_INVALID', 'The metadata is not UTF-8.');
    metadata = parseMetadata(cutDescription(bytes), { ignoresUnreadablePython: true });
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw new PackageFileError('PACKAGE_FILE_BROKEN', place, `METADATA: ${cause.message}`, { cause });
  }
  const disagreement = findDisagreement(metadata, release);
  // As pip does, which passes over such a release: old ones were built so by accident.
  if (disagreement !== undefined) throw new PackageFileError('PACKAGE_FILE_BROKEN', place, disagreement);
  return metadata;
};

/** Runs what reads an archive; its complaint becomes one about the file at `place`. */
export const readArchive = async <T>(place: string, read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof ArchiveUnsoundError)) throw cause;
    throw new PackageFileError('PACKAGE_FILE_BROKEN', place, cause.message, { cause });
  }
};
