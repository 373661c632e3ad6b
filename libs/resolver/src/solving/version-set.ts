/**
 * What may be chosen for one package, as bits: 0 is "not in the solution", the others are its versions. A set without
 * bit 0 says that the package is needed. With it, "not one of these versions" is a set like any other, and a term and
 * its negation are complements. Never changed once made.
 */
export type VersionSet = Uint32Array;

export const absentBit = 0;
const wordBits = 32;

export const createSet = (size: number): VersionSet => new Uint32Array(Math.ceil(size / wordBits));

export const fillRange = (set: VersionSet, from: number, to: number): void => {
  for (let bit = from; bit < to; bit += 1) {
    const word = bit >>> 5;
    if ((bit & 31) === 0 && bit + wordBits <= to) {
      set[word] = 0xffffffff;
      bit += wordBits - 1;
    } else set[word] = (set[word] ?? 0) | (1 << (bit & 31));
  }
};

export const createFullSet = (size: number): VersionSet => {
  const set = createSet(size);
  fillRange(set, 0, size);
  return set;
};

export const addBit = (set: VersionSet, bit: number): void => {
  set[bit >>> 5] = (set[bit >>> 5] ?? 0) | (1 << (bit & 31));
};

export const createSetOf = (size: number, bits: Iterable<number>): VersionSet => {
  const set = createSet(size);
  for (const bit of bits) addBit(set, bit);
  return set;
};

export const hasBit = (set: VersionSet, bit: number): boolean =>
  ((set[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;

/** Both of the same package, here and below. */
export const intersect = (left: VersionSet, right: VersionSet): VersionSet => {
  const set = new Uint32Array(left.length);
  for (let at = 0; at < set.length; at += 1) set[at] = (left[at] ?? 0) & (right[at] ?? 0);
  return set;
};

export const unite = (left: VersionSet, right: VersionSet): VersionSet => {
  const set = new Uint32Array(left.length);
  for (let at = 0; at < set.length; at += 1) set[at] = (left[at] ?? 0) | (right[at] ?? 0);
  return set;
};

export const subtract = (left: VersionSet, right: VersionSet): VersionSet => {
  const set = new Uint32Array(left.length);
  for (let at = 0; at < set.length; at += 1) set[at] = (left[at] ?? 0) & ~(right[at] ?? 0);
  return set;
};

export const isEmptySet = (set: VersionSet): boolean => set.every((word) => word === 0);

export const areEqualSets = (left: VersionSet, right: VersionSet): boolean => {
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
};

export const isSubset = (left: VersionSet, right: VersionSet): boolean => {
  for (let at = 0; at < left.length; at += 1) if (((left[at] ?? 0) & ~(right[at] ?? 0)) !== 0) return false;
  return true;
};

export const areDisjoint = (left: VersionSet, right: VersionSet): boolean => {
  for (let at = 0; at < left.length; at += 1) if (((left[at] ?? 0) & (right[at] ?? 0)) !== 0) return false;
  return true;
};

export const hasSeveralBits = (set: VersionSet): boolean => {
  let isFound = false;
  for (const word of set) {
    if (word === 0) continue;
    if (isFound || (word & (word - 1)) !== 0) return true;
    isFound = true;
  }
  return false;
};

export const listBits = (set: VersionSet): number[] => {
  const bits: number[] = [];
  for (let at = 0; at < set.length; at += 1) {
    for (let word = set[at] ?? 0; word !== 0; word &= word - 1) {
      bits.push(at * wordBits + 31 - Math.clz32(word & -word));
    }
  }
  return bits;
};
