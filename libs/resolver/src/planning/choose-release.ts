import { type missingReasons } from '@ironwheel/contracts';
import {
  compareVersions,
  findPin,
  matchesSpecifier,
  PackagingError,
  parseSpecifierSet,
  type RequirementHash,
  type TargetEnvironment,
} from '@ironwheel/packaging';
import { chooseFile, type FileChoice, type FileRules } from './choose-file.ts';
import { type Release } from './release.ts';
import { type Wish } from './wish.ts';

export type MissingReason = (typeof missingReasons)[number];

export type ReleaseChoice =
  | {
      readonly kind: 'chosen';
      readonly release: Release;
      readonly file: FileChoice;
      readonly newer: readonly Release[];
    }
  | {
      readonly kind: 'missing';
      /** The newest that would have been wanted; null when no version is known. */
      readonly release: Release | null;
      readonly code: MissingReason;
      readonly text: string;
    };

export interface ReleaseRules extends FileRules {
  /** `--pre`; else pre-releases follow PEP 440. */
  readonly allowsPrereleases: boolean;
}

type AnyCandidate = Release['wheels'][number] | Release['sdists'][number];

const runsOnTarget = (requiresPython: string | null, target: TargetEnvironment): boolean => {
  if (requiresPython === null) return true;
  try {
    const specifiers = parseSpecifierSet(requiresPython);
    return matchesSpecifier(target.pythonFullVersion, specifiers, { prereleases: true });
  } catch (error) {
    // As pip does: a Requires-Python that nobody can read excludes nobody.
    if (error instanceof PackagingError) return true;
    throw error;
  }
};

/** Each requester that gives hashes must find its own among them. What we built ourselves has other bytes by nature. */
const hasWantedHash = (candidate: AnyCandidate, groups: readonly (readonly RequirementHash[])[]): boolean =>
  candidate.source.origin === 'own' ||
  groups.every((hashes) => hashes.some(({ algorithm, digest }) => candidate.hashes[algorithm] === digest));

const keepFiles = (release: Release, keep: (candidate: AnyCandidate) => boolean): Release => ({
  version: release.version,
  wheels: release.wheels.filter(keep),
  sdists: release.sdists.filter(keep),
});

const hasFiles = ({ wheels, sdists }: Release): boolean => wheels.length + sdists.length > 0;

interface Step {
  readonly code: MissingReason;
  readonly keep: (candidate: AnyCandidate) => boolean;
  readonly explain: (newest: Release) => string;
}

/** What takes files away, in the order in which it is told. */
const createSteps = (wish: Wish, rules: ReleaseRules): Step[] => {
  const groups = wish.requesters.map(({ hashes }) => hashes).filter((hashes) => hashes.length > 0);
  const isPinned = findPin(wish.specifiers) !== undefined;
  const { pythonFullVersion } = rules.target;
  return [
    {
      code: 'no_matching_version',
      keep: (candidate) => hasWantedHash(candidate, groups),
      explain: ({ version }) => `No file of ${version.text} has one of the hashes that are asked for.`,
    },
    {
      code: 'requires_python',
      keep: ({ requiresPython }) => runsOnTarget(requiresPython, rules.target),
      explain: ({ version, wheels, sdists }) => {
        const stated = [...wheels, ...sdists].find(({ requiresPython }) => requiresPython !== null);
        return `${version.text} is for Python ${stated?.requiresPython ?? ''}, and the target has ${pythonFullVersion}.`;
      },
    },
    {
      // PEP 592: a yanked file is taken only where its version is named exactly.
      code: 'yanked',
      keep: ({ yanked }) => yanked === false || isPinned,
      explain: ({ version, wheels, sdists }) => {
        const reason = [...wheels, ...sdists].find(({ yanked }) => yanked !== false && yanked !== '')?.yanked;
        const why = typeof reason === 'string' ? ` (${reason})` : '';
        return `${version.text} was yanked${why}; name it with == to take it all the same.`;
      },
    },
  ];
};

const newestOf = (releases: readonly Release[]): Release | undefined =>
  releases.reduce<Release | undefined>(
    (best, release) =>
      best === undefined || compareVersions(release.version, best.version) > 0 ? release : best,
    undefined,
  );

const describeAvailable = (releases: readonly Release[]): string => {
  const newest = [...releases]
    .sort((left, right) => compareVersions(right.version, left.version))
    .slice(0, 3);
  return newest.map(({ version }) => version.text).join(', ');
};

const explainMissing = (
  wish: Wish,
  releases: readonly Release[],
  matching: readonly Release[],
  rules: ReleaseRules,
): ReleaseChoice => {
  const wanted = [...wish.requesters, ...wish.constraints].map(({ label }) => label).join('; ');
  if (matching.length === 0) {
    const text = `No version satisfies ${wanted}; the newest there are: ${describeAvailable(releases)}.`;
    return { kind: 'missing', release: null, code: 'no_matching_version', text };
  }
  let left = matching;
  for (const { code, keep, explain } of createSteps(wish, rules)) {
    const kept = left.map((release) => keepFiles(release, keep)).filter(hasFiles);
    const newest = newestOf(left);
    if (kept.length === 0 && newest !== undefined) {
      return { kind: 'missing', release: newest, code, text: explain(newest) };
    }
    left = kept;
  }
  const newest = newestOf(left) ?? null;
  const fits = rules.binaryRule === 'any' ? 'fits' : 'fits and may be reused (no_binary)';
  const text = `${newest?.version.text ?? 'It'} has no sdist and no wheel that ${fits}; it needs a source of its own.`;
  return { kind: 'missing', release: newest, code: 'no_sdist', text };
};

/**
 * The newest release that satisfies everyone and can be had for the target. Pre-releases are looked at when asked for,
 * or when no other release can be had (PEP 440, handling of pre-releases).
 */
export const chooseRelease = (
  wish: Wish,
  releases: readonly Release[],
  rules: ReleaseRules,
): ReleaseChoice => {
  const matching = releases
    .filter(({ version }) => matchesSpecifier(version, wish.specifiers, { prereleases: true }))
    .sort((left, right) => compareVersions(right.version, left.version));
  const byDefault = rules.allowsPrereleases
    ? matching
    : matching.filter(({ version }) => matchesSpecifier(version, wish.specifiers));
  const steps = createSteps(wish, rules);
  const isFit = (candidate: AnyCandidate): boolean => steps.every(({ keep }) => keep(candidate));
  for (const offered of [byDefault, matching]) {
    for (const [at, release] of offered.entries()) {
      const file = chooseFile(keepFiles(release, isFit), rules);
      if (file !== undefined) return { kind: 'chosen', release, file, newer: offered.slice(0, at) };
    }
  }
  return explainMissing(wish, releases, byDefault.length > 0 ? byDefault : matching, rules);
};
