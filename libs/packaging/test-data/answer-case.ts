import {
  compareVersions,
  compatiblePlatforms,
  createTarget,
  evaluateMarker,
  filterVersions,
  findVersion,
  findWheelRank,
  formatTag,
  isPrerelease,
  isValidName,
  matchesSpecifier,
  normalizeName,
  PackagingError,
  parseMarker,
  parseMetadata,
  parseRequirement,
  parseSdistFileName,
  parseSpecifierSet,
  parseTagSet,
  parseVersion,
  parseWheelFileName,
  resolveDependencyGroups,
  toPublicVersion,
  toVersionKey,
  type Libc,
  type MarkerEnvironment,
  type Requirement,
  type SpecifierSet,
  type TargetEnvironment,
} from '../src/index.ts';
import environmentsOfCases from './reference/environments.json' with { type: 'json' };

/** The same file that the reference is asked with; nothing of the machine that runs the tests is in it. */
const environments: readonly MarkerEnvironment[] = environmentsOfCases;

/** Lists of a thousand tags are compared by their hash; this library has no hash of its own. */
export type ToSha256 = (text: string) => string;

type TargetCase = readonly [
  minor: number,
  isFreeThreaded: boolean,
  machine: string,
  family: 'glibc' | 'musl',
  libcMinor: number,
];

const showClauses = (set: SpecifierSet): string[] =>
  [
    ...new Set(
      set.specifiers.map((specifier) => {
        const isPrefix = specifier.operator !== '===' && specifier.isPrefix;
        return `${specifier.operator}${specifier.text}${isPrefix ? '.*' : ''}`;
      }),
    ),
  ].sort();

const showRequirement = ({ normalizedName, extras, specifiers }: Requirement): unknown[] => [
  normalizedName,
  extras.toSorted(),
  showClauses(specifiers),
];

const answerVersion = (text: string): unknown => {
  const version = findVersion(text);
  if (version === undefined) return null;
  return [version.text, toPublicVersion(version).text, isPrerelease(version), toVersionKey(version)];
};

const answerOrder = (texts: readonly string[]): unknown => {
  const versions = texts.map(parseVersion);
  const sorted = versions.map((version, at) => ({ version, at }));
  sorted.sort((left, right) => compareVersions(left.version, right.version));
  return [
    versions.slice(1).map((version, at) => compareVersions(versions[at] ?? version, version)),
    sorted.map(({ at }) => at),
  ];
};

const toOptions = (prereleases: boolean | null) => (prereleases === null ? {} : { prereleases });

const answerFilter = ([text, versions, prereleases]: [string, string[], boolean | null]): unknown => {
  const candidates = versions.map((given) => ({ given, version: parseVersion(given) }));
  return filterVersions(candidates, parseSpecifierSet(text), toOptions(prereleases)).map(
    ({ given }) => given,
  );
};

export type MarkerCase = readonly [text: string, environment: number, extras: string[], groups: string[]];

export const environmentOf = (at: number): MarkerEnvironment => {
  const environment = environments[at];
  if (environment === undefined) throw new Error(`There is no environment ${at} in environments.json.`);
  return environment;
};

const answerMarker = ([text, environment, extras, groups]: MarkerCase): boolean =>
  evaluateMarker(parseMarker(text), environmentOf(environment), {
    extras: new Set(extras),
    dependencyGroups: new Set(groups),
  });

const answerRequirement = (text: string): unknown => {
  const requirement = parseRequirement(text);
  const { marker } = requirement;
  const holds =
    marker && [0, 2].map((at) => evaluateMarker(marker, environmentOf(at), { extras: new Set(['foo']) }));
  const [, extras, clauses] = showRequirement(requirement);
  return [requirement.name, extras, clauses, requirement.url ?? null, holds ?? []];
};

const toLibc = (family: 'glibc' | 'musl', minor: number): Libc => ({
  family,
  major: family === 'glibc' ? 2 : 1,
  minor,
});

const targets = new Map<string, TargetEnvironment>();

const toTarget = ([minor, isFreeThreaded, machine, family, libcMinor]: TargetCase): TargetEnvironment => {
  const platformTag = `${family === 'glibc' ? 'manylinux_2' : 'musllinux_1'}_${libcMinor}_${machine}`;
  const key = `${minor} ${isFreeThreaded} ${platformTag}`;
  const target =
    targets.get(key) ?? createTarget({ pythonVersion: `3.${minor}`, platformTag, isFreeThreaded });
  if (targets.size > 50) targets.clear();
  targets.set(key, target);
  return target;
};

const answerTarget = (given: TargetCase, toSha256: ToSha256): unknown => {
  const tags = toTarget(given).tags.map(formatTag);
  return [tags.length, tags.slice(0, 3), tags.slice(-2), toSha256(tags.join('\n'))];
};

const toSortedTags = (text: string): string[] => [...new Set(parseTagSet(text).map(formatTag))].sort();

const answerWheel = (filename: string): unknown => {
  const { normalizedName, version, buildTag, tags } = parseWheelFileName(filename);
  const build = buildTag === null ? '' : `${buildTag.number}${buildTag.suffix}`;
  return [normalizedName, version.text, build, [...new Set(tags.map(formatTag))].sort()];
};

const answerMetadata = (text: string): unknown => {
  const metadata = parseMetadata(new TextEncoder().encode(text));
  return [
    metadata.metadataVersion,
    metadata.name,
    metadata.version.text,
    metadata.requiresDist.map((each) => [
      ...showRequirement(each),
      each.url ?? null,
      each.marker !== undefined,
    ]),
    metadata.requiresPython === null ? null : showClauses(metadata.requiresPython),
    metadata.providesExtra,
    metadata.dynamic,
  ];
};

/** What ours answers to a case of a family, in the shape in which reference/generate.py answers. */
const families: Readonly<Record<string, (input: never, toSha256: ToSha256) => unknown>> = {
  version: answerVersion,
  order: answerOrder,
  specifier: (text: string) => showClauses(parseSpecifierSet(text)),
  contains: ([text, version, prereleases]: [string, string, boolean | null]) =>
    matchesSpecifier(version, parseSpecifierSet(text), toOptions(prereleases)),
  filter: answerFilter,
  marker: answerMarker,
  requirement: answerRequirement,
  name: (text: string) => (isValidName(text) ? [normalizeName(text), normalizeName(text) === text] : null),
  tag: toSortedTags,
  platforms: ([, , machine, family, minor]: TargetCase) =>
    compatiblePlatforms({ machine, libc: toLibc(family, minor), isLibcStated: true }),
  target: answerTarget,
  rank: ([target, text]: [TargetCase, string]) =>
    findWheelRank(parseWheelFileName(`a-1-${text}.whl`), toTarget(target)) ?? null,
  wheel: answerWheel,
  sdist: (filename: string) => {
    const { normalizedName, version } = parseSdistFileName(filename);
    return [normalizedName, version.text];
  },
  metadata: answerMetadata,
  groups: ([table, group]: [unknown, string]) =>
    resolveDependencyGroups({ 'dependency-groups': table }, [group]).map((each) => [
      ...showRequirement(each),
      each.marker !== undefined,
    ]),
};

export const familyNames: readonly string[] = Object.keys(families);

/** Ours; null when the input is refused. */
export const answerCase = (family: string, input: unknown, toSha256: ToSha256): unknown => {
  try {
    return families[family]?.(input as never, toSha256);
  } catch (error) {
    if (error instanceof PackagingError) return null;
    throw error;
  }
};
