import { type PackageOverride, type PlanDocument } from '@ironwheel/contracts';
import {
  compareVersions,
  evaluateMarker,
  findPin,
  findSdistFileName,
  findVersion,
  findWheelFileName,
  normalizeName,
  PackagingError,
  parseRequirement,
  type Requirement,
  type RequirementHash,
  type Specifier,
  type TargetEnvironment,
} from '@ironwheel/packaging';
import { redactUrl } from '../index-client/redact-url.ts';
import { type RequestedRequirement } from '../inputs/read-requirements.ts';
import { readDirectUrl, readOverrideSource, type DirectProblem, type DirectSource } from './direct-source.ts';
import { type PlanProblem } from './plan-error.ts';
import { type PlanRequest } from './plan-request.ts';

/** One line, one handed-in file or one package of a lock that asks for a project, or bounds its version. */
export interface Wish {
  readonly requirement: Requirement;
  /** For people: `numpy>=1.26 (requirements.txt:3)`. */
  readonly label: string;
  readonly hashes: readonly RequirementHash[];
  /** False for what a lock lists only because another package needs it. */
  readonly isDirect: boolean;
}

/** Everything that is asked for on this target. */
export interface Wishes {
  readonly roots: readonly Wish[];
  readonly constraints: readonly Wish[];
  /** By normalized name. */
  readonly overrides: ReadonlyMap<string, readonly Wish[]>;
  /** By normalized name: what a direct URL, or a package override, states as its source. */
  readonly direct: ReadonlyMap<string, DirectSource>;
  readonly excludes: ReadonlySet<string>;
  /** By normalized name. */
  readonly packages: ReadonlyMap<string, PackageOverride>;
  readonly skipped: NonNullable<PlanDocument['skipped_requirements']>;
  readonly problems: readonly PlanProblem[];
}

export type WishInput = Pick<
  PlanRequest,
  | 'requirements'
  | 'constraints'
  | 'overrides'
  | 'excludes'
  | 'packages'
  | 'sourceFiles'
  | 'locked'
  | 'strategy'
  | 'target'
>;

/** As written, but for what a URL may carry of secrets. */
const describe = ({ requirement, origin }: RequestedRequirement): string => {
  const { name, url, text } = requirement;
  return `${url === undefined ? text : `${name} @ ${redactUrl(url)}`} (${origin})`;
};

const toWish = (requested: RequestedRequirement, prefix = ''): Wish => ({
  requirement: requested.requirement,
  label: `${prefix}${describe(requested)}`,
  hashes: requested.hashes,
  isDirect: true,
});

/** Gathers in the order of mention. */
class WishCollector {
  readonly roots: Wish[] = [];
  readonly constraints: Wish[] = [];
  readonly overrides = new Map<string, Wish[]>();
  readonly direct = new Map<string, DirectSource>();
  readonly excludes: ReadonlySet<string>;
  readonly packages: ReadonlyMap<string, PackageOverride>;
  readonly skipped: { requirement: string; code: string; text: string }[] = [];
  readonly problems: PlanProblem[] = [];
  readonly #urls = new Map<string, string>();
  readonly #target: TargetEnvironment;

  constructor({ target, excludes = [], packages = {} }: WishInput) {
    this.#target = target;
    this.excludes = new Set(excludes.map(normalizeName));
    this.packages = new Map(Object.entries(packages).map(([name, stated]) => [normalizeName(name), stated]));
    for (const [name, { source }] of this.packages) {
      if (source === undefined) continue;
      const direct = readOverrideSource(name, source);
      this.#takeSource(name, direct, `packages: ${name}`, 'override_invalid');
    }
  }

  addRequirement(requested: RequestedRequirement): void {
    const { requirement } = requested;
    const wish = toWish(requested);
    const applies = this.#applies(requested, wish.label);
    if (applies === undefined) return;
    if (!applies) {
      const { pythonTag, platformTag } = this.#target;
      this.#skip(wish, `Its marker is false for ${pythonTag} on ${platformTag}.`);
    } else if (this.excludes.has(requirement.normalizedName)) {
      this.#skip(wish, 'It is among the excluded projects.');
    } else if (this.#takeUrl(requested)) this.roots.push(wish);
  }

  addConstraint(requested: RequestedRequirement): void {
    const { requirement } = requested;
    const wish = toWish(requested, 'constraint ');
    if (requirement.url !== undefined || requirement.extras.length > 0) {
      this.#refuse(
        'constraint_invalid',
        requested,
        'a constraint bounds versions only; it takes no URL and no extras.',
      );
    } else if (this.#applies(requested, wish.label) === true) this.constraints.push(wish);
  }

  addOverride(requested: RequestedRequirement): void {
    const { normalizedName } = requested.requirement;
    const wish = toWish(requested, 'override ');
    if (this.#applies(requested, wish.label) !== true || !this.#takeUrl(requested)) return;
    const known = this.overrides.get(normalizedName);
    if (known === undefined) this.overrides.set(normalizedName, [wish]);
    else known.push(wish);
  }

  /** What stands for a version without being a line of anybody's. */
  addImplied(name: string, clause: string, label: string, isDirect: boolean): void {
    if (this.excludes.has(name)) return;
    this.roots.push({ requirement: parseRequirement(`${name}${clause}`), label, hashes: [], isDirect });
  }

  #skip({ label }: Wish, text: string): void {
    this.skipped.push({ requirement: label, code: 'excluded', text });
  }

  #takeUrl(requested: RequestedRequirement): boolean {
    const { normalizedName, url } = requested.requirement;
    // A source that is stated for the package wins over every URL.
    if (url === undefined || this.packages.get(normalizedName)?.source !== undefined) return true;
    const known = this.#urls.get(normalizedName);
    if (known !== undefined && known !== url) {
      this.#refuse('conflicting_pins', requested, 'it is asked for from two URLs; keep one of them.');
      return false;
    }
    this.#urls.set(normalizedName, url);
    const direct = readDirectUrl(normalizedName, url);
    const where = `${requested.origin}: ${requested.requirement.name}`;
    return this.#takeSource(normalizedName, direct, where, 'url_unsupported');
  }

  #takeSource(
    name: string,
    direct: DirectSource | DirectProblem,
    where: string,
    code: PlanProblem['code'],
  ): boolean {
    if (direct.kind !== 'problem') this.direct.set(name, direct);
    else this.problems.push({ code, name, text: `${where}: ${direct.text}` });
    return direct.kind !== 'problem';
  }

  #applies({ requirement, origin }: RequestedRequirement, label: string): boolean | undefined {
    if (requirement.marker === undefined) return true;
    try {
      return evaluateMarker(requirement.marker, this.#target.markers);
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
      const text = `${origin}: ${label}: ${error.message}`;
      this.problems.push({ code: 'marker_invalid', name: requirement.normalizedName, text });
      return undefined;
    }
  }

  #refuse(code: PlanProblem['code'], { requirement, origin }: RequestedRequirement, why: string): void {
    const text = `${origin}: ${requirement.name}: ${why}`;
    this.problems.push({ code, name: requirement.normalizedName, text });
  }
}

const isSamePin = (left: Specifier, right: Specifier): boolean => {
  const leftVersion = findVersion(left.text);
  const rightVersion = findVersion(right.text);
  if (leftVersion === undefined || rightVersion === undefined) return left.text === right.text;
  // `==1.0` and `==1.0+local` can both hold.
  if (leftVersion.local === null || rightVersion.local === null) {
    return compareVersions({ ...leftVersion, local: null }, { ...rightVersion, local: null }) === 0;
  }
  return compareVersions(leftVersion, rightVersion) === 0;
};

const findPinConflict = (name: string, wishes: readonly Wish[]): PlanProblem | undefined => {
  const pins = wishes.flatMap(({ label, requirement }) => {
    const pin = findPin(requirement.specifiers);
    return pin === undefined ? [] : [{ label, pin }];
  });
  const [first, ...others] = pins;
  const other = first && others.find(({ pin }) => !isSamePin(first.pin, pin));
  if (first === undefined || other === undefined) return undefined;
  return {
    code: 'conflicting_pins',
    name,
    text: `${name} cannot be both: ${first.label} wants ${first.pin.text}, ${other.label} wants ${other.pin.text}. Keep one of them.`,
  };
};

/** Contradictions that need no index to be seen; an override silences those of its project. */
const listPinConflicts = ({ roots, constraints, overrides }: WishCollector): PlanProblem[] => {
  const names = new Set(roots.map(({ requirement }) => requirement.normalizedName));
  const byName = Map.groupBy([...roots, ...constraints], ({ requirement }) => requirement.normalizedName);
  return [...names].flatMap((name) =>
    overrides.has(name) ? [] : (findPinConflict(name, byName.get(name) ?? []) ?? []),
  );
};

const addInputs = (collector: WishCollector, input: WishInput): void => {
  for (const { filename } of input.sourceFiles ?? []) {
    const file = findWheelFileName(filename) ?? findSdistFileName(filename);
    if (file === undefined) continue;
    // A local label goes with == only.
    const clause =
      input.strategy === 'pinned'
        ? `==${file.version.text}`
        : `>=${file.version.text.split('+', 1)[0] ?? ''}`;
    collector.addImplied(file.normalizedName, clause, `${filename} (input)`, true);
  }
  for (const { normalizedName, version, label, isDirect } of input.locked ?? []) {
    collector.addImplied(normalizedName, version === null ? '' : `==${version.text}`, label, isDirect);
  }
};

/**
 * Gathers what is asked of each project on the target. A handed-in file pins its version (`pinned`), or is the least
 * that is wanted; a lock always pins. Every problem is collected; nothing is thrown.
 */
export const collectWishes = (input: WishInput): Wishes => {
  const collector = new WishCollector(input);
  for (const requirement of input.requirements) collector.addRequirement(requirement);
  addInputs(collector, input);
  for (const constraint of input.constraints ?? []) collector.addConstraint(constraint);
  for (const override of input.overrides ?? []) collector.addOverride(override);
  const { roots, constraints, overrides, direct, excludes, packages, skipped } = collector;
  const problems = [...collector.problems, ...listPinConflicts(collector)];
  return { roots, constraints, overrides, direct, excludes, packages, skipped, problems };
};
