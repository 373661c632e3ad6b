import { memoryClassesWithin } from '@ironwheel/decisions';

const gib = 1024 ** 3;

/**
 * Pool of the lane in which a job waits that needs so much memory, in bytes: a lane of its own beside the pool's, so that
 * hosts without it never see the job and it never stands before work that they can do. No pool has a name with a dot.
 */
export const lanePoolOf = (pool: string, memoryBytes: number | undefined): string =>
  memoryBytes === undefined ? pool : `${pool}.${memoryBytes / gib}g`;

/** Pools of the lanes that a worker of this memory looks into; the pool's own first. */
export const lanePoolsFor = (pool: string, hostBytes: number | undefined): string[] => [
  pool,
  ...memoryClassesWithin(hostBytes ?? 0).map((bytes) => lanePoolOf(pool, bytes)),
];
