import { matchesSpecifier, type Specifier, type SpecifierSet, type Version } from '@ironwheel/packaging';

/** Runs of positions in a sorted list, each `[from, to)`. */
export type Runs = readonly (readonly [from: number, to: number])[];

interface Sorted {
  readonly length: number;
  readonly at: (position: number) => Version;
}

/** Compares epoch and the first release numbers; with no length, whole releases, where missing numbers are zero. */
const compareRelease = (version: Version, other: Version, length?: number): number => {
  if (version.epoch !== other.epoch) return version.epoch < other.epoch ? -1 : 1;
  const count = length ?? Math.max(version.release.length, other.release.length);
  for (let at = 0; at < count; at += 1) {
    const left = version.release[at] ?? 0;
    const right = other.release[at] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
};

/** The first position of which the predicate holds, where it holds of everything behind it, too. */
const findFirst = (sorted: Sorted, holds: (version: Version) => boolean): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted.at(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * Positions that match one clause. Only the versions of the clause's own release (`1.0` with its pre- and
 * post-releases) are asked one by one; left and right of them the answer is the same for all, or ends once.
 */
const matchClause = (sorted: Sorted, clause: Specifier): Runs => {
  const isMatch = (position: number): boolean =>
    matchesSpecifier(sorted.at(position), { specifiers: [clause], text: '' }, { prereleases: true });
  const askEach = (from: number, to: number): [number, number][] => {
    const runs: [number, number][] = [];
    for (let at = from; at < to; at += 1) if (isMatch(at)) runs.push([at, at + 1]);
    return runs;
  };
  if (clause.operator === '===') return askEach(0, sorted.length);
  const { version, operator } = clause;
  const length = clause.isPrefix ? version.release.length : undefined;
  const begin = findFirst(sorted, (candidate) => compareRelease(candidate, version, length) >= 0);
  const end = findFirst(sorted, (candidate) => compareRelease(candidate, version, length) > 0);
  if (clause.isPrefix) {
    return operator === '=='
      ? [[begin, end]]
      : [
          [0, begin],
          [end, sorted.length],
        ];
  }
  const own = askEach(begin, end);
  switch (operator) {
    case '==':
      return own;
    case '!=':
      return [[0, begin], ...own, [end, sorted.length]];
    case '<':
    case '<=':
      return [[0, begin], ...own];
    case '>':
    case '>=':
      return [...own, [end, sorted.length]];
    case '~=': {
      const prefix = version.release.length - 1;
      return [
        ...own,
        [end, findFirst(sorted, (candidate) => compareRelease(candidate, version, prefix) > 0)],
      ];
    }
  }
};

/** Positions that match, clause by clause (all must); pre-releases are not treated apart. */
export const matchReleases = (versions: readonly Version[], set: SpecifierSet): readonly Runs[] => {
  const [first] = versions;
  if (first === undefined) return set.specifiers.map(() => []);
  const sorted: Sorted = { length: versions.length, at: (position) => versions[position] ?? first };
  return set.specifiers.map((clause) => matchClause(sorted, clause));
};
