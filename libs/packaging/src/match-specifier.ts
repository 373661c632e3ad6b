import { comparePublicVersions, compareReleases, compareVersions } from './compare-versions.ts';
import { namesPrerelease, type Specifier, type SpecifierSet } from './specifier.ts';
import { findVersion, isPrerelease, type Version } from './version.ts';

export interface MatchOptions {
  /**
   * Whether pre-releases may match. Default: only when a clause of the set names one (PEP 440, handling of
   * pre-releases).
   */
  readonly prereleases?: boolean;
}

type VersionSpecifier = Exclude<Specifier, { operator: '===' }>;

const hasSameRelease = (left: Version, right: Version): boolean =>
  left.epoch === right.epoch && compareReleases(left.release, right.release) === 0;

const startsWithRelease = (candidate: Version, prefix: Version, length: number): boolean =>
  candidate.epoch === prefix.epoch &&
  prefix.release.slice(0, length).every((part, at) => (candidate.release[at] ?? 0) === part);

const isEqual = (candidate: Version, specifier: VersionSpecifier): boolean => {
  const { version } = specifier;
  if (specifier.isPrefix) return startsWithRelease(candidate, version, version.release.length);
  // A public version in the specifier takes any local label of the candidate.
  return version.local === null
    ? comparePublicVersions(candidate, version) === 0
    : compareVersions(candidate, version) === 0;
};

/** A pre-release of exactly this version: `1.0rc1` and `1.0.dev1` are of `1.0`, `1.0.post1.dev1` is of `1.0.post1`. */
const isPrereleaseOf = (candidate: Version, version: Version): boolean =>
  isPrerelease(candidate) &&
  hasSameRelease(candidate, version) &&
  (version.post === null || (candidate.pre === null && candidate.post === version.post));

/** A post-release of exactly this version: `1.7.post1` is one of `1.7`, not of `1.7rc1` or `1.7.dev1`. */
const isPostreleaseOf = (candidate: Version, version: Version): boolean =>
  candidate.post !== null && comparePublicVersions({ ...candidate, post: null, dev: null }, version) === 0;

/** `<V` takes no pre-release of V itself, unless V is a pre-release. */
const isBelow = (candidate: Version, version: Version): boolean =>
  comparePublicVersions(candidate, version) < 0 &&
  (isPrerelease(version) || !isPrereleaseOf(candidate, version));

/** `>V` takes no post-release of V itself, unless V is a post-release, and never V with a local label. */
const isAbove = (candidate: Version, version: Version): boolean =>
  comparePublicVersions(candidate, version) > 0 &&
  (version.post !== null || !isPostreleaseOf(candidate, version));

const matchesClause = (candidate: Version, given: string, specifier: Specifier): boolean => {
  if (specifier.operator === '===') return given.toLowerCase() === specifier.text.toLowerCase();
  const { version } = specifier;
  switch (specifier.operator) {
    case '==':
      return isEqual(candidate, specifier);
    case '!=':
      return !isEqual(candidate, specifier);
    case '<=':
      return comparePublicVersions(candidate, version) <= 0;
    case '>=':
      return comparePublicVersions(candidate, version) >= 0;
    case '<':
      return isBelow(candidate, version);
    case '>':
      return isAbove(candidate, version);
    case '~=':
      return (
        comparePublicVersions(candidate, version) >= 0 &&
        startsWithRelease(candidate, version, version.release.length - 1)
      );
  }
};

/**
 * Whether a version is in the set (PEP 440). A version given as text is compared as written by `===`; text that is no
 * version matches nothing else.
 */
export const matchesSpecifier = (
  version: Version | string,
  set: SpecifierSet,
  options: MatchOptions = {},
): boolean => {
  const given = typeof version === 'string' ? version : version.text;
  const candidate = typeof version === 'string' ? findVersion(version) : version;
  if (candidate === undefined) {
    return (
      set.specifiers.length > 0 &&
      set.specifiers.every(
        (specifier) => specifier.operator === '===' && specifier.text.toLowerCase() === given.toLowerCase(),
      )
    );
  }
  const takesPrereleases = options.prereleases ?? set.specifiers.some(namesPrerelease);
  if (!takesPrereleases && isPrerelease(candidate)) return false;
  return set.specifiers.every((specifier) => matchesClause(candidate, given, specifier));
};

/**
 * The versions of the set, in the given order. With no word on pre-releases they are taken only when a clause names
 * one, or when nothing else matches (PEP 440, handling of pre-releases).
 */
export const filterVersions = <T extends { readonly version: Version }>(
  candidates: readonly T[],
  set: SpecifierSet,
  options: MatchOptions = {},
): T[] => {
  const byDefault = candidates.filter(({ version }) => matchesSpecifier(version, set, options));
  if (byDefault.length > 0 || options.prereleases !== undefined) return byDefault;
  return candidates.filter(({ version }) => matchesSpecifier(version, set, { prereleases: true }));
};
