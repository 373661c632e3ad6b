import { compareVersions, isPrerelease, type SpecifierSet, type Version } from '@ironwheel/packaging';
import { matchReleases } from './match-releases.ts';
import { type SolverRelease } from './solver-types.ts';
import {
  addBit,
  createFullSet,
  createSet,
  createSetOf,
  fillRange,
  intersect,
  subtract,
  type VersionSet,
} from './version-set.ts';

const compareTexts = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const mostKept = 1000;
export const firstReleaseBit = 1;

/** The releases of a project, ascending, with what never changes about them. Release `at` has bit `at + 1`. */
export class ReleaseList<R extends SolverRelease = SolverRelease> {
  readonly releases: readonly R[];
  readonly versions: readonly Version[];
  readonly size: number;
  readonly all: VersionSet;
  readonly prereleases: VersionSet;
  readonly yanked: VersionSet;
  readonly missing: VersionSet;
  readonly #matches = new Map<string, VersionSet>();

  constructor(given: readonly R[]) {
    this.releases = [...given].sort(
      (left, right) =>
        compareVersions(left.version, right.version) || compareTexts(left.version.text, right.version.text),
    );
    this.versions = this.releases.map(({ version }) => version);
    this.size = firstReleaseBit + this.releases.length;
    this.all = subtract(createFullSet(this.size), createSetOf(this.size, [0]));
    this.prereleases = this.#where(({ version }) => isPrerelease(version));
    this.yanked = this.#where(({ isYanked }) => isYanked);
    this.missing = this.#where(({ missing }) => missing !== null);
  }

  match(set: SpecifierSet): VersionSet {
    let found = this.#matches.get(set.text);
    if (found === undefined) {
      found = this.all;
      for (const runs of matchReleases(this.versions, set)) {
        const clause = createSet(this.size);
        for (const [from, to] of runs) fillRange(clause, firstReleaseBit + from, firstReleaseBit + to);
        found = intersect(found, clause);
      }
      if (this.#matches.size >= mostKept) this.#matches.clear();
      this.#matches.set(set.text, found);
    }
    return found;
  }

  #where(holds: (release: R) => boolean): VersionSet {
    const set = createSet(this.size);
    for (const [at, release] of this.releases.entries())
      if (holds(release)) addBit(set, firstReleaseBit + at);
    return set;
  }
}

const lists = new WeakMap<readonly SolverRelease[], ReleaseList>();

/** A provider that keeps its answers gives the same array again; then nothing has to be sorted and matched again. */
export const toReleaseList = <R extends SolverRelease>(given: readonly R[]): ReleaseList<R> => {
  let list = lists.get(given) as ReleaseList<R> | undefined;
  if (list?.releases.length !== given.length) {
    list = new ReleaseList(given);
    lists.set(given, list);
  }
  return list;
};
