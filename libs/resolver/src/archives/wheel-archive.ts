import { compareVersions, findVersion, normalizeName, type WheelFileName } from '@ironwheel/packaging';
import { type RandomAccess } from '../index-client/package-files.ts';
import { ArchiveUnsoundError, quoteName } from './archive-error.ts';
import { ZipReader } from './zip-reader.ts';
import { type ZipEntry } from './zip-directory.ts';

/** As libs/packaging reads it; a description of more is no description. */
export const largestMetadata = 10 * 1024 * 1024;

const folderEnding = '.dist-info';

const listDistInfoFolders = (entries: readonly ZipEntry[]): string[] => {
  const folders = new Set<string>();
  for (const { name } of entries) {
    const slash = name.indexOf('/');
    if (slash > folderEnding.length && name.startsWith(folderEnding, slash - folderEnding.length)) {
      folders.add(name.slice(0, slash));
    }
  }
  return [...folders];
};

/** Whether `{name}-{version}.dist-info` is of the project and version of the file name, whatever their spelling. */
const isOfWheel = (folder: string, wheel: WheelFileName): boolean => {
  const stem = folder.slice(0, -folderEnding.length);
  const dash = stem.lastIndexOf('-');
  if (dash <= 0 || normalizeName(stem.slice(0, dash)) !== wheel.normalizedName) return false;
  const version = findVersion(stem.slice(dash + 1).replaceAll('_', '-'));
  return version !== undefined && compareVersions(version, wheel.version) === 0;
};

/**
 * The bytes of a wheel's METADATA (binary distribution format: exactly one `.dist-info` folder, of the name and
 * version of the file name). Throws `ArchiveUnsoundError`.
 */
export const readWheelMetadata = async (access: RandomAccess, wheel: WheelFileName): Promise<Buffer> => {
  const zip = await ZipReader.open(access);
  const [folder, ...others] = listDistInfoFolders(zip.entries);
  if (folder === undefined) throw new ArchiveUnsoundError('it has no .dist-info folder.');
  if (others.length > 0) {
    throw new ArchiveUnsoundError(
      `it has ${others.length + 1} .dist-info folders, ${quoteName(folder)} and ${quoteName(others[0] ?? '')} among them.`,
    );
  }
  if (!isOfWheel(folder, wheel)) {
    throw new ArchiveUnsoundError(
      `its ${quoteName(folder)} is of another project or version than its file name.`,
    );
  }
  const [entry, second] = zip.entries.filter(({ name }) => name === `${folder}/METADATA`);
  if (entry === undefined) throw new ArchiveUnsoundError(`it has no ${quoteName(`${folder}/METADATA`)}.`);
  if (second !== undefined) throw new ArchiveUnsoundError(`it has ${quoteName(entry.name)} twice.`);
  return zip.read(entry, largestMetadata);
};
