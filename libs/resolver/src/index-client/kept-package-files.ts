import { findSdistFileName, findWheelFileName, type CoreMetadata } from '@ironwheel/packaging';
import { readTarSdist, readZipSdist, streamAccess } from '../archives/sdist-archive.ts';
import { readWheelMetadata } from '../archives/wheel-archive.ts';
import { PackageFileError } from './package-file-error.ts';
import { type KeptFiles, type RandomAccess, type SdistFacts } from './package-files.ts';
import { parseReleaseMetadata, readArchive } from './read-metadata.ts';
import { toSdistFacts } from './read-sdist.ts';

const withFile = async <T>(
  kept: KeptFiles,
  { filename, sha256 }: { filename: string; sha256: string },
  read: (access: RandomAccess) => Promise<T>,
): Promise<T> => {
  const access = await kept.open(sha256);
  try {
    return await readArchive(filename, () => read(access));
  } finally {
    await access.close();
  }
};

const notNamed = (filename: string, kind: string): PackageFileError =>
  new PackageFileError('PACKAGE_FILE_BROKEN', filename, `its name is not that of ${kind}.`);

/** METADATA of a wheel in the store. Throws `PackageFileError`. */
export const readKeptMetadata = async (
  kept: KeptFiles,
  filename: string,
  sha256: string,
): Promise<CoreMetadata> =>
  kept.findMetadata?.(sha256) ??
  withFile(kept, { filename, sha256 }, async (access) => {
    const wheel = findWheelFileName(filename);
    if (wheel === undefined) throw notNamed(filename, 'a wheel');
    return parseReleaseMetadata(await readWheelMetadata(access, wheel), wheel, filename);
  });

/** What an sdist in the store says. Throws `PackageFileError`. */
export const readKeptSdist = (kept: KeptFiles, filename: string, sha256: string): Promise<SdistFacts> =>
  withFile(kept, { filename, sha256 }, async (access) => {
    const sdist = findSdistFileName(filename);
    if (sdist === undefined) throw notNamed(filename, 'an sdist');
    const extract =
      sdist.format === '.zip'
        ? await readZipSdist(access, sdist)
        : await readTarSdist(streamAccess(access), sdist);
    return toSdistFacts(extract, filename);
  });
