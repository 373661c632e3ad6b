import type { AttemptFacts } from './attempt-facts.ts';
import { findNextMemoryClass } from './memory-classes.ts';

/** What the next claims of a job carry instead of what every claim does. */
export interface Adjustment {
  /** Memory of the build; only a host that has it is granted the job. */
  readonly memoryBytes?: number;
  /** The build runs with so many processors and compiler jobs. */
  readonly jobs?: number;
  readonly diskBytes?: number;
  readonly buildTimeoutS?: number;
  readonly idleOutputS?: number;
}

/** What the attempt was given, and what could be given to the next one. */
export interface Means {
  readonly memoryBytes: number;
  readonly jobs: number;
  readonly diskBytes: number;
  readonly buildTimeoutS: number;
  readonly idleOutputS: number;
  /** Memory of the largest host that could be granted the job. */
  readonly largestHostBytes: number;
}

/** Longest that a phase is given, and longest silence, in seconds. */
const longestBuildS = 7 * 86_400;

type Remedy = (means: Means, phase: string | null) => Adjustment | null;

/** A bigger host where there is one, else fewer jobs at a time. */
const moreMemory: Remedy = (means, phase) => {
  const memoryBytes = findNextMemoryClass(means.memoryBytes, means.largestHostBytes);
  return memoryBytes === undefined ? fewerJobs(means, phase) : { memoryBytes };
};
const fewerJobs: Remedy = ({ jobs }) => (jobs > 1 ? { jobs: 1 } : null);
const moreDisk: Remedy = ({ diskBytes }) => ({ diskBytes: 2 * diskBytes });
/** The other phases have a time of their own, which is no matter of the package. */
const moreTime: Remedy = ({ buildTimeoutS }, phase) =>
  phase !== 'build' || buildTimeoutS >= longestBuildS
    ? null
    : { buildTimeoutS: Math.min(longestBuildS, 2 * buildTimeoutS) };
const moreSilence: Remedy = ({ idleOutputS }) =>
  idleOutputS >= longestBuildS ? null : { idleOutputS: Math.min(longestBuildS, 2 * idleOutputS) };

const remedies: Readonly<Record<string, Remedy>> = {
  DISK_FULL: moreDisk,
  IDLE_TIMEOUT: moreSilence,
  PHASE_TIMEOUT: moreTime,
  PIDS_LIMIT: fewerJobs,
};

/**
 * What would have to change for a build that needed more than it was given. Null: nothing more can be given, so that
 * another attempt would end the same way.
 */
export function findAdjustment(facts: AttemptFacts, rule: string, means: Means): Adjustment | null {
  const remedy = rule === 'built-in:disk-full' ? moreDisk : remedies[facts.errorCode ?? ''];
  return (remedy ?? moreMemory)(means, facts.phase);
}
