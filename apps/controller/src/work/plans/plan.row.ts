import type { PlanDocument, PlanSnapshot } from '@ironwheel/contracts';
import type { JobState, runStates } from '@ironwheel/contracts';

export type RunState = (typeof runStates)[number];

/** A row of `plans`. A saved snapshot has a document of its two fields only. */
export interface PlanRow {
  readonly run_id: string;
  readonly state: RunState;
  readonly python_tag: string | null;
  readonly platform_tag: string | null;
  readonly document: PlanDocument | PlanSnapshot;
  readonly input_ids: string[];
  readonly pool: string;
  readonly priority: number;
  readonly rebuild: boolean;
  readonly created_at: Date;
  readonly created_by: string;
  readonly enqueued_at: Date | null;
  readonly finished_at: Date | null;
}

/** What changes of a run. */
export type RunStateRow = Pick<PlanRow, 'run_id' | 'state' | 'enqueued_at' | 'finished_at'>;

export type NewPlan = Pick<
  PlanRow,
  | 'run_id'
  | 'python_tag'
  | 'platform_tag'
  | 'document'
  | 'input_ids'
  | 'pool'
  | 'priority'
  | 'rebuild'
  | 'created_by'
>;

export type PlanListRow = Omit<PlanRow, 'document' | 'input_ids'> & {
  readonly nodes: number;
  readonly to_build: number;
  readonly reuse: number;
  readonly missing: number;
  readonly asked_for: string[];
  readonly asked_count: number;
  readonly jobs: Partial<Record<JobState, number>>;
};

export const isPlanDocument = (document: PlanDocument | PlanSnapshot): document is PlanDocument =>
  'nodes' in document;
