import {
  findPin,
  matchesSpecifier,
  namesPrerelease,
  parseVersion,
  toVersionKey,
  type SpecifierSet,
  type Version,
} from '@ironwheel/packaging';
import { firstReleaseBit, type ReleaseList } from './release-list.ts';
import { type SolverRelease, type VersionPreference } from './solver-types.ts';
import {
  addBit,
  areDisjoint,
  createSet,
  hasBit,
  intersect,
  isEmptySet,
  listBits,
  subtract,
  type VersionSet,
} from './version-set.ts';

/** A version that nobody has but somebody wants; null: any version, of a project that nobody has. */
type Phantom = Version | null;

/** Who may have a release that is otherwise left out: anyone, or certain releases of certain projects. */
export type Permit = 'anyone' | Map<SolverProject, Set<number>>;

/** What a requirement, taken alone, takes of a project. */
export interface Wanted {
  readonly set: VersionSet;
  /** Final releases match, so the pre-releases that match as well are left out. */
  readonly leavesOutPrereleases: boolean;
  /** Yanked releases that it pins (PEP 592). */
  readonly pinnedYanked: readonly number[];
  /** It matches nothing that is to be had: bits that are planned as missing instead. Empty: it does. */
  readonly missing: readonly number[];
  /** Nothing matches at all, apart from versions that nobody has. */
  readonly isUnmet: boolean;
}

/** A version of the set that no release has; null when none comes to mind. */
const inventVersion = (set: SpecifierSet): Phantom => {
  for (const specifier of set.specifiers) {
    if (specifier.operator === '===' || specifier.operator === '!=') continue;
    const { release } = specifier.version;
    const last = release.length - 1;
    const above = release.map((part, at) => (at === last ? BigInt(part) + 1n : part)).join('.');
    for (const version of [specifier.version, parseVersion(`${specifier.version.epoch}!${above}`)]) {
      if (matchesSpecifier(version, set, { prereleases: true })) return version;
    }
  }
  return null;
};

/** A project with its releases, and what the searches so far have found out about which of them may be taken. */
export class SolverProject {
  /** Ascending; release `at` has bit `at + 1`. */
  readonly versions: readonly Version[];
  readonly phantoms: Phantom[] = [];
  prereleases: 'closed' | 'open' | 'last-resort' = 'closed';
  missing: 'closed' | 'by-permit' | 'open' = 'closed';
  /** `probing`: for anyone, to see who pins them when a search cannot do without; a solution must hold such a pin. */
  yanked: 'by-permit' | 'probing' | 'probed' = 'by-permit';
  /** Releases whose needs nobody knows, in place of better ones that conflict: as a last resort only. */
  unknown: 'closed' | 'last-resort' = 'closed';
  /** Those of them that were come across. */
  readonly escapes = new Set<number>();
  /** Those of which a solution showed that everyone in it accepts no better one; `never`: another one showed otherwise. */
  readonly freed = new Map<number, 'free' | 'never'>();
  readonly yankedPermits = new Map<number, Permit>();
  readonly missingPermits = new Map<number, Permit>();
  /** Releases that require it, as far as they were read. */
  readonly requirers = new Map<number, Permit>();
  /** It once came into a solution only as the holder of a permit: from then on it may only where it is required. */
  isGuarded = false;
  /** Permits that turned out to be nobody's in a solution. */
  readonly revoked = new Set<number>();
  /** Whether the search under way has built on its size and permits. */
  isInUse = false;
  readonly #wanted = new Map<string, Wanted>();
  readonly #matches = new Map<string, VersionSet>();
  #order: readonly number[] | undefined;

  constructor(
    readonly name: string,
    readonly list: ReleaseList,
  ) {
    this.versions = list.versions;
  }

  get releases(): readonly SolverRelease[] {
    return this.list.releases;
  }

  get size(): number {
    return firstReleaseBit + this.releases.length + this.phantoms.length;
  }

  findRelease(bit: number): SolverRelease | undefined {
    return this.releases[bit - firstReleaseBit];
  }

  get missingBits(): number[] {
    return listBits(this.list.missing).concat(this.phantomBits);
  }

  get yankedBits(): number[] {
    return listBits(this.list.yanked);
  }

  get phantomBits(): number[] {
    return this.phantoms.map((_, at) => firstReleaseBit + this.releases.length + at);
  }

  /** After a change of what is open. */
  forgetSets(): void {
    this.#wanted.clear();
    this.#matches.clear();
    this.#order = undefined;
  }

  /** Everything that matches, pre-releases and releases that are left out included. */
  match(set: SpecifierSet | null): VersionSet {
    const key = set?.text ?? '';
    let found = this.#matches.get(key);
    if (found === undefined) {
      found = this.#computeMatch(set);
      this.#matches.set(key, found);
    }
    return found;
  }

  /** What a requirement takes by the rules; null: any version, of a direct reference. */
  want(set: SpecifierSet | null): Wanted {
    const key = set?.text ?? '@';
    let found = this.#wanted.get(key);
    if (found === undefined) {
      found = this.#computeWanted(set);
      this.#wanted.set(key, found);
    }
    return found;
  }

  /** Bits of releases and phantoms, the one to try first in front. */
  order(preference: VersionPreference, preferred: Version | undefined): readonly number[] {
    if (this.#order === undefined) {
      const key = preferred === undefined ? undefined : toVersionKey(preferred);
      const groups: number[][] = [];
      for (const bit of listBits(this.list.all)) {
        const rank = this.#rank(bit, key);
        (groups[rank] ??= []).push(bit);
      }
      if (preference === 'newest') for (const group of groups) (group as number[] | undefined)?.reverse();
      this.#order = [...groups.flat(), ...this.phantomBits];
    }
    return this.#order;
  }

  /** Makes room for a version that nobody has. */
  addPhantom(set: SpecifierSet | null): void {
    const version = set === null || this.releases.length === 0 ? null : inventVersion(set);
    const key = version === null ? null : toVersionKey(version);
    const isKnown = this.phantoms.some((known) => (known === null ? null : toVersionKey(known)) === key);
    if (isKnown) return;
    this.phantoms.push(version);
    this.forgetSets();
  }

  /** 0: what the user prefers; 1: anything else; above: what is taken only for want of others. */
  #rank(bit: number, preferredKey: string | undefined): number {
    const { missing, yanked, prereleases, versions } = this.list;
    const version = versions[bit - firstReleaseBit];
    if (preferredKey !== undefined && version !== undefined && toVersionKey(version) === preferredKey)
      return 0;
    return (
      1 +
      (hasBit(missing, bit) ? 4 : 0) +
      (hasBit(yanked, bit) ? 2 : 0) +
      (this.prereleases === 'last-resort' && hasBit(prereleases, bit) ? 1 : 0)
    );
  }

  #computeMatch(set: SpecifierSet | null): VersionSet {
    const ofReleases = set === null ? this.list.all : this.list.match(set);
    if (this.phantoms.length === 0) return ofReleases;
    const matched = this.#resize(ofReleases);
    for (const [at, bit] of this.phantomBits.entries()) {
      const phantom = this.phantoms[at] ?? null;
      const isMatch =
        set === null || phantom === null || matchesSpecifier(phantom, set, { prereleases: true });
      if (isMatch) addBit(matched, bit);
    }
    return matched;
  }

  /** With room for the phantoms. */
  #resize(set: VersionSet): VersionSet {
    const resized = createSet(this.size);
    resized.set(set);
    return resized;
  }

  #computeWanted(specifiers: SpecifierSet | null): Wanted {
    const matched = this.match(specifiers);
    const [prereleases, yanked, missing, all] = [
      this.#resize(this.list.prereleases),
      this.#resize(this.list.yanked),
      this.#resize(this.list.missing),
      this.#resize(this.list.all),
    ];
    const isPin = specifiers === null || findPin(specifiers) !== undefined;
    const takesPrereleases =
      specifiers === null || this.prereleases !== 'closed' || specifiers.specifiers.some(namesPrerelease);
    const released = intersect(matched, all);
    const usable = isPin ? released : subtract(released, yanked);
    const isLeavingOut =
      !takesPrereleases && !areDisjoint(released, prereleases) && !isEmptySet(subtract(usable, prereleases));
    const taken = isLeavingOut ? subtract(usable, prereleases) : usable;
    const set = isLeavingOut ? subtract(matched, prereleases) : matched;
    const isMet = !isEmptySet(subtract(taken, missing));
    const isUnmet = isEmptySet(taken);
    return {
      set,
      leavesOutPrereleases: isLeavingOut,
      pinnedYanked: isPin ? listBits(intersect(released, yanked)) : [],
      missing: isMet ? [] : listBits(isUnmet ? subtract(set, all) : taken),
      isUnmet,
    };
  }
}
