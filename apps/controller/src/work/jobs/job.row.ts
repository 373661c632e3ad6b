import type { BuildWheel, JobAdjustment, PlanSource, Recipes } from '@ironwheel/contracts';
import type { JobState } from '@ironwheel/decisions';

/** A row of `jobs`, as SQL answers it. */
export interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly generation: number;
  readonly state: JobState;
  readonly state_reason: string | null;
  readonly pool: string;
  readonly priority: number;
  readonly not_before: Date | null;
  readonly source: PlanSource | null;
  readonly recipes: Recipes;
  /** What hints have added, on top of what was wished for. */
  readonly hint_recipes: Recipes | null;
  /** Wheels with the controller that the build may need. */
  readonly build_wheels: readonly BuildWheel[];
  /** What its next claims carry instead of what every claim does. */
  readonly adjustment: JobAdjustment;
  readonly attempt_count: number;
  readonly attempt_id: string | null;
  readonly wheel: string | null;
  readonly created_at: Date;
  readonly queued_at: Date | null;
  readonly finished_at: Date | null;
}

/** What of a job is to be known when it has moved. */
export const movedColumns = [
  'id',
  'name',
  'version',
  'python_tag',
  'platform_tag',
  'generation',
  'state',
  'pool',
  'priority',
  'queued_at',
  'source',
  'recipes',
  'adjustment',
] as const satisfies readonly (keyof JobRow)[];
export type MovedJob = Pick<JobRow, (typeof movedColumns)[number]>;

/** Build tag of a job's wheel (PEP 427): none for the first generation, its number afterwards. */
export const buildTagOf = (generation: number): string | null =>
  generation === 1 ? null : String(generation);
