import { type PackageOverride, type PlanSource } from '@ironwheel/contracts';
import { findWheelFileName, sdistFormats } from '@ironwheel/packaging';
import { findDigest, isPlainFileName, type IndexFile } from '../index-client/project-listing.ts';

/** A wheel or sdist behind a URL of its own (`name @ https://…`). */
export interface DirectFile {
  readonly kind: 'file';
  readonly file: IndexFile;
  readonly isWheel: boolean;
  /** The folder of the archive that holds the project. */
  readonly subdirectory: string | null;
}

/** A state of a repository. */
export interface DirectRepository {
  readonly kind: 'git';
  readonly url: string;
  readonly rev: string | null;
  readonly subdirectory: string | null;
}

export type DirectSource = DirectFile | DirectRepository;

/** Why a URL cannot be planned; the sentence goes on after the requirement. */
export interface DirectProblem {
  readonly kind: 'problem';
  readonly text: string;
}

const problem = (text: string): DirectProblem => ({ kind: 'problem', text });

const hasCredentials = (url: URL): boolean => url.username !== '' || url.password !== '';

/** `subdirectory`, and digests, as pip and PEP 610 write them behind `#`. */
const readFragment = (url: URL): URLSearchParams => new URLSearchParams(url.hash.slice(1));

/** What git would take for an option, for two states, or for the way to one is no name of a state. */
const gitRev = /^(?![-+./])(?!.*(?:\.\.|@\{|\/\/))[^\s~^:?*[\\\p{Cc}]{1,200}$/u;

const isGitRev = (text: string): boolean => gitRev.test(text) && !/(?:\.|\/|\.lock)$/.test(text);

/** As a plan names it: without `.` and a slash too many; undefined where it leaves the source. */
const findSubdirectory = (text: string): string | undefined => {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const isPlain = parts.every((part) => part !== '..' && part.toLowerCase() !== '.git');
  const isSafe = isPlain && !text.startsWith('/') && !/[\\\p{Cc}]/u.test(text) && text.length <= 500;
  return isSafe ? parts.join('/') : undefined;
};

/** A source whose parts go into a worker's commands and paths. */
const checkSource = <Source extends DirectSource>(source: Source): Source | DirectProblem => {
  if (source.kind === 'git' && source.rev !== null && !isGitRev(source.rev)) {
    return problem(`${JSON.stringify(source.rev)} is no tag, branch or commit of a repository.`);
  }
  if (source.subdirectory === null) return source;
  const subdirectory = findSubdirectory(source.subdirectory);
  if (subdirectory === undefined) {
    return problem(`its subdirectory ${JSON.stringify(source.subdirectory)} is no folder within the source.`);
  }
  return { ...source, subdirectory: subdirectory === '' ? null : subdirectory };
};

const findDecoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const readGit = (text: string): DirectRepository | DirectProblem => {
  const plain = text.slice('git+'.length);
  if (!URL.canParse(plain)) return problem('its repository has no valid URL.');
  const url = new URL(plain);
  const subdirectory = readFragment(url).get('subdirectory');
  url.hash = '';
  // `ssh://git@host/…` has a user that is no secret.
  if (url.password !== '' || (url.protocol !== 'ssh:' && url.username !== '')) {
    return problem('its URL carries credentials, which would stand in every plan; leave them out.');
  }
  if (!['https:', 'http:', 'ssh:'].includes(url.protocol)) {
    return problem(`a repository is taken over https, http or ssh, not ${url.protocol}//.`);
  }
  const at = url.pathname.lastIndexOf('@');
  const rev = at === -1 ? null : findDecoded(url.pathname.slice(at + 1));
  if (rev === undefined) return problem('its URL has a broken escape.');
  if (at !== -1) url.pathname = url.pathname.slice(0, at);
  return { kind: 'git', url: url.href, rev, subdirectory };
};

/** A repository that a lock or a user names, with its parts. */
export const readRepository = (
  url: string,
  rev: string | null,
  subdirectory: string | null,
): DirectRepository | DirectProblem => {
  const direct = readGit(`git+${url}`);
  if (direct.kind !== 'git') return direct;
  return checkSource({
    ...direct,
    rev: rev ?? direct.rev,
    subdirectory: subdirectory ?? direct.subdirectory,
  });
};

const readFile = (text: string): DirectFile | DirectProblem => {
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return problem(`${url.protocol}// cannot be fetched; hand the file in as an input.`);
  }
  if (hasCredentials(url)) {
    return problem('its URL carries credentials, which would stand in every plan; hand the file in instead.');
  }
  const fragment = readFragment(url);
  url.hash = '';
  const filename = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
  const isWheel = filename.endsWith('.whl');
  if (!isPlainFileName(filename) || !(isWheel || sdistFormats.some((ending) => filename.endsWith(ending)))) {
    return problem(
      `its URL ends neither in ".whl" nor in ${sdistFormats.map((one) => `"${one}"`).join(', ')}.`,
    );
  }
  const hashes = Object.fromEntries(
    [...fragment].flatMap(([algorithm, digest]) => {
      const found = findDigest(algorithm, digest);
      return found === undefined ? [] : [found];
    }),
  );
  return {
    kind: 'file',
    isWheel,
    subdirectory: fragment.get('subdirectory'),
    file: {
      filename,
      url: url.href,
      hashes,
      requiresPython: null,
      yanked: false,
      size: null,
      uploadTime: null,
      metadata: null,
    },
  };
};

/** Reads a direct reference (PEP 508, PEP 610) of the project. */
export const readDirectUrl = (normalizedName: string, text: string): DirectSource | DirectProblem => {
  try {
    if (text.startsWith('git+')) {
      const repository = readGit(text);
      return repository.kind === 'git' ? checkSource(repository) : repository;
    }
    if (/^(?:hg|svn|bzr)\+/.test(text)) return problem('of repositories only git is understood.');
    if (!URL.canParse(text)) return problem('its URL is not valid.');
    const direct = readFile(text);
    if (direct.kind !== 'file') return direct;
    if (!direct.isWheel) return checkSource(direct);
    const wheel = findWheelFileName(direct.file.filename);
    if (wheel === undefined) return problem('its URL names no wheel (PEP 427).');
    return wheel.normalizedName === normalizedName
      ? direct
      : problem(`its URL names a wheel of ${wheel.normalizedName}.`);
  } catch (error) {
    // decodeURIComponent, of an escape that is none.
    if (error instanceof URIError) return problem('its URL has a broken escape.');
    throw error;
  }
};

/** The source that a user states of a package by hand. */
export const readOverrideSource = (
  normalizedName: string,
  source: NonNullable<PackageOverride['source']>,
): DirectSource | DirectProblem => {
  if ('git' in source) {
    return readRepository(source.git, source.rev, source.subdirectory ?? null);
  }
  const direct = readDirectUrl(normalizedName, source.url);
  if (direct.kind !== 'file' || source.sha256 === undefined) return direct;
  return { ...direct, file: { ...direct.file, hashes: { ...direct.file.hashes, sha256: source.sha256 } } };
};

/** How a plan shows a repository. */
export const toGitSource = (name: string, version: string, direct: DirectRepository): PlanSource => ({
  origin: 'git',
  // What an sdist of it would be called (PEP 625).
  filename: `${name.replaceAll('-', '_')}-${version}.tar.gz`,
  url: direct.url,
  sha256: null,
  ...(direct.rev === null ? {} : { rev: direct.rev }),
  ...(direct.subdirectory === null ? {} : { subdirectory: direct.subdirectory }),
});
