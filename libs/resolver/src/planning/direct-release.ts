import {
  findSdistFileName,
  findVersion,
  findWheelFileName,
  normalizeName,
  type Version,
} from '@ironwheel/packaging';
import { type PackageFiles } from '../index-client/package-files.ts';
import { type Missing } from '../solving/solver-types.ts';
import { toGitSource, type DirectFile, type DirectSource } from './direct-source.ts';
import { toIndexReleaseFile, toTreeReleaseFile, type Release } from './release.ts';

export interface DirectReleaseRequest {
  readonly name: string;
  readonly direct: DirectSource;
  /** As stated by hand; null: the source itself must tell. */
  readonly version: Version | null;
  readonly files: PackageFiles | null;
  readonly signal: AbortSignal | undefined;
}

const noSsh: Missing = {
  code: 'no_sdist',
  text: 'Its repository is reached over ssh, for which a worker has no key: state its https URL, or make an sdist of it ("python -m build --sdist") and hand that in.',
};

const unknownVersion = (where: string): Missing => ({
  code: 'not_found',
  text: `${where} does not tell its version; state "version" for the package.`,
});

const readFileVersion = async (
  { name, files, signal }: DirectReleaseRequest,
  { file, isWheel, subdirectory }: DirectFile,
): Promise<Version | undefined> => {
  const { filename } = file;
  const parsed = isWheel ? findWheelFileName(filename) : findSdistFileName(filename, name);
  if (parsed !== undefined || files === null) return parsed?.version;
  if (subdirectory !== null) return undefined;
  // The archive of a tag has a name of its own making; what is in it tells.
  const { metadata, project } = await files.readSdist(file, signal);
  return metadata?.version ?? project?.version ?? undefined;
};

/** The version that a tag names: `1.5`, `v1.5`, `release-1.5`, `foo-1.5`. The build fails where it is another. */
const findTaggedVersion = (name: string, rev: string | null): Version | undefined => {
  const [, prefix = '', text = ''] =
    /^((?:[A-Za-z][A-Za-z0-9._-]*[-_/])?v?)(\d+(?:\.\d+)+.*)$/.exec(rev ?? '') ?? [];
  const word = normalizeName(prefix.replace(/(?:^v|[-_/]v?)$/, ''));
  return word === '' || word === 'release' || word === 'version' || word === name
    ? findVersion(text)
    : undefined;
};

/** The one release that a direct URL or a repository is, or why there is none. Throws what reading its file throws. */
export const readDirectRelease = async (request: DirectReleaseRequest): Promise<Release | Missing> => {
  const { name, direct } = request;
  const base = {
    name,
    isYanked: false,
    locked: null,
    listed: null,
    wheels: [],
    sdists: [],
    refusal: null,
    shownSource: null,
  };
  if (direct.kind === 'git') {
    const version = request.version ?? findTaggedVersion(name, direct.rev);
    if (version === undefined) return unknownVersion('Its repository');
    const source = toGitSource(name, version.text, direct);
    return direct.url.startsWith('ssh:')
      ? { ...base, version, refusal: noSsh, shownSource: source }
      : { ...base, version, sdists: [toTreeReleaseFile(source)] };
  }
  const version = request.version ?? (await readFileVersion(request, direct));
  if (version === undefined) return unknownVersion(`The archive ${direct.file.filename}`);
  const file = toIndexReleaseFile(direct.file, 'url');
  if (direct.isWheel) return { ...base, version, wheels: [file] };
  const { subdirectory } = direct;
  return {
    ...base,
    version,
    sdists: [subdirectory === null ? file : toTreeReleaseFile({ ...file.source, subdirectory }, file.hashes)],
  };
};
