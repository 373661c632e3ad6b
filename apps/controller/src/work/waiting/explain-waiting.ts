import type { JobAdjustment, JobBlockView } from '@ironwheel/contracts';
import { findBlock, type JobBlock, type JobState, type WaitingFacts } from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import {
  LaneWorkers,
  PoolDirectory,
  PoolJobs,
  type LaneStandings,
  type WorkLane,
} from '../../fleet/index.ts';
import { WaitingRepository, type Needs } from './waiting.repository.ts';

/** What of a job says how it waits. */
export interface WaitingJob {
  readonly id: string;
  readonly state: JobState;
  readonly state_reason: string | null;
  readonly not_before: Date | null;
  readonly pool: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly adjustment: JobAdjustment;
}

export interface Waiting {
  readonly blocked_by: JobBlockView | null;
  readonly holds_up: number;
}

const nothing: Needs = { some: [], total: 0 };

/**
 * Says of jobs why nobody is granted them now, and how many wanted wheels they hold up. A page of jobs costs a fixed
 * number of statements, none of which a claim pays.
 */
@Injectable()
export class ExplainWaiting {
  constructor(
    private readonly waiting: WaitingRepository,
    private readonly pools: PoolDirectory,
    private readonly poolJobs: PoolJobs,
    private readonly workers: LaneWorkers,
  ) {}

  /** By id. Jobs that have succeeded hold up nothing. */
  async explain(jobs: readonly WaitingJob[]): Promise<Map<string, Waiting>> {
    const idsIn = (...states: JobState[]): string[] =>
      jobs.filter(({ state }) => states.includes(state)).map(({ id }) => id);
    const queued = jobs.filter(({ state }) => state === 'queued');
    const [needs, failed, heldUp, atWorkers] = await Promise.all([
      this.waiting.unmetNeeds(idsIn('blocked')),
      this.waiting.failedNeeds(idsIn('unreachable')),
      this.waiting.heldUp(jobs.filter(({ state }) => state !== 'succeeded').map(({ id }) => id)),
      this.#readQueueFacts(queued),
    ]);
    return new Map(
      jobs.map((job) => {
        const block = findBlock({
          state: job.state,
          stateReason: job.state_reason,
          notBefore: job.not_before,
          pythonTag: job.python_tag,
          platformTag: job.platform_tag,
          memoryBytes: job.adjustment.memory_bytes ?? null,
          needs: needs.get(job.id) ?? failed.get(job.id) ?? nothing,
          ...atWorkers(job),
        });
        return [job.id, { blocked_by: block && toBlockView(block), holds_up: heldUp.get(job.id) ?? 0 }];
      }),
    );
  }

  /** What only queued jobs are tested by; asked once for each pool and target among them. */
  async #readQueueFacts(
    queued: readonly WaitingJob[],
  ): Promise<(job: WaitingJob) => Pick<WaitingFacts, 'claims' | 'pool' | 'workers'>> {
    const lanes = new Map(queued.map((job) => [laneText(job), toLane(job)]));
    const pools = [...new Set(queued.map(({ pool }) => pool))];
    const [claims, rows, held, standings] = await Promise.all([
      queued.length === 0 ? { paused: false, reason: null } : this.waiting.claims(),
      this.pools.readAll(pools),
      this.poolJobs.held(pools),
      this.workers.stand([...lanes.values()]),
    ]);
    const byLane = new Map<string, LaneStandings>(
      [...lanes.keys()].map((lane, place) => [lane, standings[place] ?? {}]),
    );
    return (job) => {
      const pool = rows.get(job.pool);
      return {
        claims,
        pool: {
          name: job.pool,
          isArchived: pool !== undefined && pool.archived_at !== null,
          maxJobs: pool?.max_jobs ?? null,
          held: held.get(job.pool) ?? 0,
        },
        workers: byLane.get(laneText(job)) ?? {},
      };
    };
  }
}

const toLane = (job: WaitingJob): WorkLane => ({
  pool: job.pool,
  pythonTag: job.python_tag,
  platformTag: job.platform_tag,
  memoryBytes: job.adjustment.memory_bytes ?? null,
});

const laneText = (job: WaitingJob): string =>
  `${job.pool} ${job.python_tag} ${job.platform_tag} ${job.adjustment.memory_bytes ?? ''}`;

const toBlockView = ({ code, text, until, jobs }: JobBlock): JobBlockView => ({
  code,
  text,
  until: until?.toISOString() ?? null,
  jobs: jobs.map(({ jobId, name, version, state }) => ({ job_id: jobId, name, version, state })),
});
