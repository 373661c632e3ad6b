import { type Version } from '@ironwheel/packaging';
import { type PackageFiles } from '../index-client/package-files.ts';
import { type IndexFile } from '../index-client/project-listing.ts';
import { type LockedFile, type LockedPackage } from '../inputs/locked-package.ts';
import { type Missing } from '../solving/solver-types.ts';
import { readDirectRelease } from './direct-release.ts';
import { readDirectUrl, readRepository, type DirectSource } from './direct-source.ts';
import { toIndexReleaseFile, type Release, type ReleaseFile } from './release.ts';

export interface LockedReleaseRequest {
  readonly locked: LockedPackage;
  /** Of the lock, or stated by hand. */
  readonly version: Version | null;
  readonly files: PackageFiles | null;
  readonly signal: AbortSignal | undefined;
}

const toIndexFile = ({ filename, url, hashes, size, uploadTime }: LockedFile): IndexFile[] =>
  url === null
    ? []
    : [
        {
          filename,
          url,
          hashes,
          size,
          uploadTime,
          requiresPython: null,
          // A lock is followed even where an index yanked the file since (PEP 592: as an exact pin).
          yanked: false,
          metadata: null,
        },
      ];

const toDirectSource = ({ normalizedName, source, files }: LockedPackage): DirectSource | Missing => {
  if (source.kind === 'git') {
    const repository = readRepository(source.url, source.commit, source.subdirectory);
    return repository.kind === 'problem'
      ? { code: 'no_sdist', text: `The lock's repository: ${repository.text}` }
      : repository;
  }
  const url = source.kind === 'url' ? source.url : '';
  const direct = readDirectUrl(normalizedName, url);
  if (direct.kind === 'problem') return { code: 'no_sdist', text: `The lock's URL: ${direct.text}` };
  if (direct.kind === 'git') return direct;
  const hashes = { ...files[0]?.hashes, ...direct.file.hashes };
  return { ...direct, file: { ...direct.file, hashes } };
};

/** The release that a lock names, from the files that it names. */
export const readLockedRelease = async (request: LockedReleaseRequest): Promise<Release | Missing> => {
  const { locked, version, files, signal } = request;
  const { normalizedName: name, source } = locked;
  if (source.kind === 'git' || source.kind === 'url') {
    const direct = toDirectSource(locked);
    if (!('kind' in direct)) return direct;
    const release = await readDirectRelease({ name, direct, version, files, signal });
    return 'version' in release ? { ...release, locked } : release;
  }
  if (version === null) {
    return { code: 'not_found', text: 'The lock states no version of it; state "version" for the package.' };
  }
  const found = locked.files.flatMap(toIndexFile).map((file) => toIndexReleaseFile(file));
  const isWheel = ({ filename }: ReleaseFile): boolean => filename.endsWith('.whl');
  const refusal: Missing = {
    code: 'no_sdist',
    text: `Its source is the folder ${source.kind === 'directory' ? source.path : ''} of the machine where the lock was made; hand in an sdist of it.`,
  };
  return {
    name,
    version,
    wheels: found.filter(isWheel),
    sdists: found.filter((file) => !isWheel(file)),
    isYanked: false,
    refusal: source.kind === 'directory' ? refusal : null,
    shownSource: null,
    locked,
    listed: null,
  };
};
