import { type Version, type VersionNumber } from './version.ts';

const compareNumbers = (left: VersionNumber, right: VersionNumber): number =>
  left === right ? 0 : left < right ? -1 : 1;

/** Missing trailing parts count as zero: `1.0` equals `1.0.0`. */
export const compareReleases = (left: readonly VersionNumber[], right: readonly VersionNumber[]): number => {
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const order = compareNumbers(left[at] ?? 0, right[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
};

const phaseRanks = { a: 1, b: 2, rc: 3 } as const;

/** Within one release: a bare development release, then a, b, rc, then the final release with its posts. */
const preRank = (version: Version): number => {
  if (version.pre !== null) return phaseRanks[version.pre.phase];
  return version.post === null && version.dev !== null ? 0 : 4;
};

const compareLocalParts = (left: VersionNumber | string, right: VersionNumber | string): number => {
  if (typeof left === 'string' && typeof right === 'string') {
    return left === right ? 0 : left < right ? -1 : 1;
  }
  // A number is later than a word.
  if (typeof left === 'string') return -1;
  if (typeof right === 'string') return 1;
  return compareNumbers(left, right);
};

const compareLocals = (left: Version['local'], right: Version['local']): number => {
  if (left === null || right === null) return (left === null ? 0 : 1) - (right === null ? 0 : 1);
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = compareLocalParts(left[at] ?? 0, right[at] ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
};

/** Order without local labels (PEP 440): below, at or above zero. */
export const comparePublicVersions = (left: Version, right: Version): number =>
  compareNumbers(left.epoch, right.epoch) ||
  compareReleases(left.release, right.release) ||
  preRank(left) - preRank(right) ||
  compareNumbers(left.pre?.number ?? 0, right.pre?.number ?? 0) ||
  compareNumbers(left.post ?? -1, right.post ?? -1) ||
  // No development number is later than any.
  (left.dev === null ? 1 : 0) - (right.dev === null ? 1 : 0) ||
  compareNumbers(left.dev ?? 0, right.dev ?? 0);

/** The total order of PEP 440, local labels included: -1, 0 or 1. */
export const compareVersions = (left: Version, right: Version): number =>
  Math.sign(comparePublicVersions(left, right) || compareLocals(left.local, right.local));
