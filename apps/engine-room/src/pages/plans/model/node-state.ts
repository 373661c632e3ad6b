import type { JobState, PlanProgress } from '@ironwheel/contracts';
import { toNodeId, type GraphNode } from './plan-graph.ts';

type RunJob = PlanProgress['jobs'][number];

/** What has become of a package of a plan. */
export interface NodeState {
  /** For `StatusBadge`: the verdict where nothing is built, else the state of its job; `planned`: there is no job yet. */
  readonly status: string;
  readonly jobId: string | null;
  readonly stage: NodeStage;
}

/** `done`: its wheel is there. `stuck`: it waits for something. `failed`: it will not come by itself. */
export const nodeStages = ['failed', 'stuck', 'going', 'open', 'done'] as const;
export type NodeStage = (typeof nodeStages)[number];

const stageOfJob: Readonly<Record<JobState, NodeStage>> = {
  blocked: 'stuck',
  waiting: 'stuck',
  queued: 'open',
  claimed: 'going',
  running: 'going',
  succeeded: 'done',
  failed: 'failed',
  unreachable: 'failed',
  cancelled: 'failed',
};
const isJobState = (text: string): text is JobState => Object.hasOwn(stageOfJob, text);

function toState({ node }: GraphNode, job: RunJob | undefined): NodeState {
  switch (node.verdict) {
    case 'reuse':
      return { status: 'reused', jobId: null, stage: 'done' };
    case 'skip':
      return { status: 'skipped', jobId: null, stage: 'done' };
    case 'missing':
      return { status: 'missing', jobId: null, stage: 'failed' };
    case 'build':
      if (job === undefined) return { status: 'planned', jobId: null, stage: 'open' };
      return {
        status: job.state,
        jobId: job.job_id,
        stage: isJobState(job.state) ? stageOfJob[job.state] : 'open',
      };
  }
}

export type NodeStates = ReadonlyMap<string, NodeState>;

/** By id of the node. */
export function toNodeStates(nodes: readonly GraphNode[], jobs: readonly RunJob[]): NodeStates {
  const jobOf = new Map(jobs.map((job) => [toNodeId(job), job]));
  return new Map(nodes.map((one) => [one.id, toState(one, jobOf.get(one.id))]));
}

export const stageOf = (states: NodeStates, id: string): NodeStage => states.get(id)?.stage ?? 'open';
export const isOpen = (states: NodeStates, id: string): boolean => stageOf(states, id) !== 'done';
