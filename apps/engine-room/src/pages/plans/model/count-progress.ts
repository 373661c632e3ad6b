import type { JobState, PlanListItem } from '@ironwheel/contracts';

/** How the wheels of a plan stand, in the words of the list. */
export interface WheelProgress {
  /** Wheels that the plan wants built. */
  readonly wanted: number;
  readonly built: number;
  readonly blocked: number;
  readonly failed: number;
}

const built: readonly JobState[] = ['succeeded'];
const blocked: readonly JobState[] = ['blocked', 'waiting'];
const failed: readonly JobState[] = ['failed', 'unreachable', 'cancelled'];

export function countProgress({
  to_build: wanted,
  jobs = {},
}: Pick<PlanListItem, 'to_build' | 'jobs'>): WheelProgress {
  const count = (states: readonly JobState[]): number =>
    states.reduce((sum, state) => sum + (jobs[state] ?? 0), 0);
  return { wanted, built: count(built), blocked: count(blocked), failed: count(failed) };
}
