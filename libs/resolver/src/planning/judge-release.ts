import {
  matchesSpecifier,
  PackagingError,
  parseSpecifierSet,
  type RequirementHash,
  type TargetEnvironment,
  type Version,
} from '@ironwheel/packaging';
import { type Missing, type SolverRelease } from '../solving/solver-types.ts';
import { type BinaryRule } from './binary-rule.ts';
import { chooseFile, type FileChoice, type FileRules } from './choose-file.ts';
import { findKnownVerdict, keepVerdict } from './known-verdicts.ts';
import { type Release, type ReleaseFile } from './release.ts';

/** What decides how a project's releases are had. */
export interface ReleaseRules extends FileRules {
  /** One list for each requester that gives hashes; a file must have one of each. */
  readonly hashGroups: readonly (readonly RequirementHash[])[];
  /** Why a user keeps it from the target; null: nobody does. */
  readonly excluded: string | null;
  /** Why a build of this version is known to fail here. */
  readonly findKnownFailure: (version: Version) => string | undefined;
  /** Why a version that would have to be built may not be; undefined where it may. */
  readonly refuseBuild: (version: Version) => Missing | undefined;
  /** Nothing in them is of one plan alone: no hash, no exclusion, no known failure. */
  readonly isPlain: boolean;
}

const findNothing = (): undefined => undefined;

/** What decides where nobody has said anything of the project. Holds on to no plan. */
export const toPlainRules = (
  target: TargetEnvironment,
  binary: BinaryRule,
  rebuild: boolean,
): ReleaseRules => ({
  target,
  binary,
  rebuild,
  hashGroups: [],
  excluded: null,
  findKnownFailure: findNothing,
  refuseBuild: findNothing,
  isPlain: true,
});

export type Judgement =
  | { readonly choice: FileChoice; readonly missing: null }
  | { readonly choice: null; readonly missing: Missing };

const readability = new WeakMap<TargetEnvironment, Map<string, boolean>>();

const matchesPython = (requiresPython: string, target: TargetEnvironment): boolean => {
  try {
    const specifiers = parseSpecifierSet(requiresPython);
    return matchesSpecifier(target.pythonFullVersion, specifiers, { prereleases: true });
  } catch (error) {
    // As pip does: a Requires-Python that nobody can read excludes nobody.
    if (error instanceof PackagingError) return true;
    throw error;
  }
};

/** A project says the same of hundreds of files. */
const runsOnTarget = (requiresPython: string | null, target: TargetEnvironment): boolean => {
  if (requiresPython === null) return true;
  const remembered = readability.get(target) ?? new Map<string, boolean>();
  readability.set(target, remembered);
  const known = remembered.get(requiresPython) ?? matchesPython(requiresPython, target);
  if (remembered.size < 10_000) remembered.set(requiresPython, known);
  return known;
};

/** What we built ourselves has other bytes by nature. */
const hasWantedHash = (file: ReleaseFile, groups: readonly (readonly RequirementHash[])[]): boolean =>
  file.origin === 'own' ||
  groups.every((hashes) => hashes.some(({ algorithm, digest }) => file.hashes[algorithm] === digest));

const keepFiles = (release: Release, keep: (file: ReleaseFile) => boolean): Release => ({
  name: release.name,
  version: release.version,
  wheels: release.wheels.filter(keep),
  sdists: release.sdists.filter(keep),
  isYanked: release.isYanked,
  refusal: release.refusal,
  shownSource: release.shownSource,
  locked: release.locked,
  listed: release.listed,
});

const hasFiles = ({ wheels, sdists }: Release): boolean => wheels.length + sdists.length > 0;

const explainNothing = ({ version, wheels }: Release, { binary, target }: ReleaseRules): Missing => {
  const where = `${target.pythonTag} on ${target.platformTag}`;
  if (!binary.mayBuild) {
    const text = `${version.text} has no wheel that fits ${where}, and it is not to be built (only_binary).`;
    return { code: 'excluded', text };
  }
  const fits = binary.wheels === 'any' ? `fits ${where}` : 'fits and may be reused (no_binary)';
  const wheelText = wheels.length === 0 ? 'no wheel' : `no wheel that ${fits}`;
  const text = `${version.text} has no sdist and ${wheelText}; it needs a source of its own: hand in an sdist, or state one for the package.`;
  return { code: 'no_sdist', text };
};

const missingAs = (code: Missing['code'], text: string): Judgement => ({
  choice: null,
  missing: { code, text },
});

const findBuildRefusal = (version: Version, rules: ReleaseRules): Missing | undefined => {
  const failure = rules.findKnownFailure(version);
  if (failure === undefined) return rules.refuseBuild(version);
  return { code: 'known_failure', text: `${version.text} is known to fail on the target: ${failure}` };
};

/** How a release is had for the target, or why not. Markers, tags and Requires-Python are the target's. */
export const judgeRelease = (release: Release, rules: ReleaseRules): Judgement => {
  const { version } = release;
  if (rules.excluded !== null) {
    return missingAs('excluded', `It is excluded on the target: ${rules.excluded}`);
  }
  if (release.refusal !== null) return { choice: null, missing: release.refusal };
  const hashed =
    rules.hashGroups.length === 0
      ? release
      : keepFiles(release, (file) => hasWantedHash(file, rules.hashGroups));
  if (!hasFiles(hashed) && hasFiles(release)) {
    const text = `No file of ${version.text} has one of the hashes that are asked for.`;
    return missingAs('no_matching_version', text);
  }
  const running = keepFiles(hashed, ({ requiresPython }) => runsOnTarget(requiresPython, rules.target));
  if (!hasFiles(running) && hasFiles(hashed)) {
    const stated = [...hashed.wheels, ...hashed.sdists].find(({ requiresPython }) => requiresPython !== null);
    return missingAs(
      'requires_python',
      `${version.text} is for Python ${stated?.requiresPython ?? ''}, and the target has ${rules.target.pythonFullVersion}.`,
    );
  }
  const choice = chooseFile(running, rules);
  if (choice === undefined) return { choice: null, missing: explainNothing(running, rules) };
  keepVerdict(release.listed, rules, choice.verdict);
  const refusal = choice.verdict === 'build' ? findBuildRefusal(version, rules) : undefined;
  return refusal === undefined ? { choice, missing: null } : { choice: null, missing: refusal };
};

/**
 * Whether a release can be had whatever its wheels are: most have an sdist, and weighing the wheels of thousands of
 * releases is work that only the chosen one needs.
 */
const hasPlainSdist = ({ listed, refusal }: Release, rules: ReleaseRules): boolean =>
  rules.isPlain &&
  rules.binary.mayBuild &&
  refusal === null &&
  listed !== null &&
  listed.sdists.some(({ requiresPython }) => runsOnTarget(requiresPython, rules.target));

/** A release as the solver sees it: weighed when somebody asks, once. */
export class PlanRelease implements SolverRelease {
  readonly release: Release;
  readonly rules: ReleaseRules;
  #judgement: Judgement | undefined;

  /** `missing`: why it is not to be had, where that is known already. */
  constructor(release: Release, rules: ReleaseRules, missing?: Missing) {
    this.release = release;
    this.rules = rules;
    if (missing !== undefined) this.#judgement = { choice: null, missing };
  }

  get version(): Version {
    return this.release.version;
  }

  get isYanked(): boolean {
    return this.release.isYanked;
  }

  get missing(): Missing | null {
    if (this.#judgement === undefined) {
      const verdict = findKnownVerdict(this.release.listed, this.rules);
      if (verdict === 'reuse') return null;
      if (verdict === 'build') return findBuildRefusal(this.version, this.rules) ?? null;
      if (hasPlainSdist(this.release, this.rules)) return null;
    }
    return this.judgement.missing;
  }

  get choice(): FileChoice | null {
    return this.judgement.choice;
  }

  get judgement(): Judgement {
    this.#judgement ??= judgeRelease(this.release, this.rules);
    return this.#judgement;
  }
}
