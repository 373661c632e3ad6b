import { compareVersions, findVersion, normalizeName, type SdistFileName } from '@ironwheel/packaging';
import { type RandomAccess } from '../index-client/package-files.ts';
import { ArchiveUnsoundError, quoteName } from './archive-error.ts';
import { findTarGzFiles } from './tar-gz.ts';
import { largestMetadata } from './wheel-archive.ts';
import { ZipReader } from './zip-reader.ts';

/** The two files of an sdist that say what it is and how it is built. */
export interface SdistExtract {
  readonly pkgInfo: Uint8Array | null;
  readonly pyproject: Uint8Array | null;
}

const wantedFiles: readonly string[] = ['PKG-INFO', 'pyproject.toml'];

/** Whether the top folder is `{name}-{version}` of the file name, whatever its spelling (PEP 625, and before it). */
const isTopFolder = (folder: string, sdist: SdistFileName): boolean => {
  const stem = sdist.filename.slice(0, -sdist.format.length);
  if (normalizeName(folder) === normalizeName(stem)) return true;
  const prefix = `${sdist.normalizedName}-`;
  if (!normalizeName(folder).startsWith(prefix)) return false;
  // Normalizing keeps the length of a name without runs of separators; legacy names with runs have their stem.
  const version = findVersion(folder.slice(prefix.length));
  return version !== undefined && compareVersions(version, sdist.version) === 0;
};

const selectFile = (path: string, sdist: SdistFileName): string | undefined => {
  const [folder = '', file = '', ...deeper] = path.split('/');
  const isWanted = deeper.length === 0 && wantedFiles.includes(file) && isTopFolder(folder, sdist);
  return isWanted ? file : undefined;
};

const toExtract = (files: ReadonlyMap<string, Uint8Array>): SdistExtract => ({
  pkgInfo: files.get('PKG-INFO') ?? null,
  pyproject: files.get('pyproject.toml') ?? null,
});

/** Reads a `.tar.gz` sdist as it comes and stops when both files are there. Throws `ArchiveUnsoundError`. */
export const readTarSdist = async (
  source: AsyncIterable<Uint8Array>,
  sdist: SdistFileName,
): Promise<SdistExtract> =>
  toExtract(
    await findTarGzFiles(source, {
      select: (path) => selectFile(path, sdist),
      wantedCount: wantedFiles.length,
      maxFileBytes: largestMetadata,
    }),
  );

/** Reads a `.zip` sdist. Throws `ArchiveUnsoundError`. */
export const readZipSdist = async (access: RandomAccess, sdist: SdistFileName): Promise<SdistExtract> => {
  const zip = await ZipReader.open(access);
  const files = new Map<string, Uint8Array>();
  for (const entry of zip.entries) {
    const key = selectFile(entry.name, sdist);
    if (key === undefined) continue;
    if (files.has(key)) throw new ArchiveUnsoundError(`it has ${quoteName(entry.name)} twice.`);
    files.set(key, await zip.read(entry, largestMetadata));
  }
  return toExtract(files);
};

const blockBytes = 256 * 1024;

/** The bytes of a file that can be read from anywhere, from its beginning. */
export async function* streamAccess(access: RandomAccess): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < access.size; offset += blockBytes) {
    yield await access.read(offset, blockBytes);
  }
}
