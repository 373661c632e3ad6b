const gib = 1024 ** 3;

/**
 * Memory that a build may be given beyond what every claim carries, in bytes, ascending. Few and fixed: each is a lane of
 * the queue that a worker with so much memory looks into as well.
 */
export const memoryClasses: readonly number[] = [8 * gib, 16 * gib, 32 * gib, 64 * gib];

/** The classes that a host of this memory can serve. */
export const memoryClassesWithin = (hostBytes: number): number[] =>
  memoryClasses.filter((bytes) => bytes <= hostBytes);

/** The least class of at least twice `bytes` that the largest host can serve; undefined when there is none. */
export const findNextMemoryClass = (bytes: number, largestHostBytes: number): number | undefined =>
  memoryClassesWithin(largestHostBytes).find((candidate) => candidate >= 2 * bytes);
