import type { JobBlockView, JobState, JobView, queueItemSchema } from '@ironwheel/contracts';
import type { z } from 'zod';

/** A job that has not ended, as the tables of the queue show it. */
export interface QueueRow {
  readonly jobId: string;
  readonly name: string;
  readonly version: string;
  readonly target: string;
  readonly state: JobState;
  /** In the order of the queue, from 1; null: it is not queued. */
  readonly place: number | null;
  readonly pool: string;
  readonly priority: number;
  readonly since: string;
  readonly block: JobBlockView | null;
  /** What the job itself says of its state, such as the reason of a wait. */
  readonly reason: string | null;
  readonly holdsUp: number;
}

export const fromQueueItem = (item: z.output<typeof queueItemSchema>, index: number): QueueRow => ({
  jobId: item.job_id,
  name: item.package,
  version: item.version,
  target: `${item.python_tag} ${item.platform_tag}`,
  state: 'queued',
  place: index + 1,
  pool: item.pool ?? '',
  priority: item.priority ?? 0,
  since: item.enqueued_at,
  block: item.blocked_by ?? null,
  reason: null,
  holdsUp: item.holds_up ?? 0,
});

export const fromJob = (job: JobView): QueueRow => ({
  jobId: job.job_id,
  name: job.name,
  version: job.version,
  target: `${job.python_tag} ${job.platform_tag}`,
  state: job.state,
  place: null,
  pool: job.pool,
  priority: job.priority,
  since: job.queued_at ?? job.created_at,
  block: job.blocked_by ?? null,
  reason: job.state_reason,
  holdsUp: job.holds_up ?? 0,
});

export const queueTabs = ['claimable', 'held', 'building'] as const;
export type QueueTab = (typeof queueTabs)[number];

/** Which jobs a tab reads beside the queue itself. */
export const statesOfTab: Readonly<Record<QueueTab, readonly JobState[]>> = {
  claimable: [],
  held: ['waiting', 'blocked', 'unreachable'],
  building: ['claimed', 'running'],
};

/** Rows of a tab: the queue is parted into what a worker may take now and what it may not. */
export function chooseRows(
  tab: QueueTab,
  queue: readonly QueueRow[],
  jobs: readonly QueueRow[],
): readonly QueueRow[] {
  switch (tab) {
    case 'claimable':
      return queue.filter(({ block }) => block === null);
    case 'held':
      return [...jobs, ...queue.filter(({ block }) => block !== null)];
    case 'building':
      return jobs;
  }
}

/** How many jobs each tab has. */
export function countTabs(
  queue: readonly QueueRow[],
  byState: Readonly<Partial<Record<JobState, number>>>,
): Readonly<Record<QueueTab, number>> {
  const countStates = (tab: QueueTab): number =>
    statesOfTab[tab].reduce((sum, state) => sum + (byState[state] ?? 0), 0);
  const claimable = chooseRows('claimable', queue, []).length;
  return {
    claimable,
    held: countStates('held') + queue.length - claimable,
    building: countStates('building'),
  };
}

/** Blocks that no time and no other job ends: somebody has to do something. */
const blocksForPeople = new Set([
  'needs_failed',
  'claims_paused',
  'pool_archived',
  'no_worker_in_pool',
  'no_worker_for_target',
  'too_little_memory',
]);

export const needsPerson = ({ block }: Pick<QueueRow, 'block'>): boolean =>
  block !== null && blocksForPeople.has(block.code);
