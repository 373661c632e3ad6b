import type { JobState } from '@ironwheel/decisions';
import { isJobEnded } from '@ironwheel/decisions';
import type { QueueOffer, SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { PoolDirectory } from '../../fleet/index.ts';
import { EventBus, sideBySide } from '../../platform/index.ts';
import { EventsRepository } from '../history/index.ts';
import { lanePoolOf, QueueGateway } from '../queue/index.ts';
import { isServedBy } from './is-served-by.ts';
import type { JobRow, MovedJob } from './job.row.ts';
import { JobsRepository } from './jobs.repository.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    'job.changed': { readonly jobId: string; readonly state: JobState };
    'job.ended': { readonly jobId: string; readonly state: JobState };
  }
}

export const toOffer = (
  job: Pick<JobRow, 'id' | 'pool' | 'platform_tag' | 'python_tag' | 'priority' | 'queued_at' | 'adjustment'>,
): QueueOffer => ({
  jobId: job.id,
  pool: lanePoolOf(job.pool, job.adjustment.memory_bytes),
  platformTag: job.platform_tag,
  pythonTag: job.python_tag,
  priority: job.priority,
  enqueuedAt: (job.queued_at ?? new Date()).getTime(),
});

export interface Settlement {
  readonly to: Extract<JobState, 'queued' | 'waiting' | 'succeeded' | 'failed' | 'cancelled'>;
  readonly reason: string | null;
  readonly notBefore?: Date | null;
  readonly wheel?: string | null;
}

/** Moves a job and everything that hangs on it: the queue, its dependants, its runs. */
@Injectable()
export class SettleJobs {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly queue: QueueGateway,
    private readonly history: EventsRepository,
    private readonly events: EventBus,
    private readonly pools: PoolDirectory,
  ) {}

  /** Returns what is to be called after the commit: it tells the rest of the process. */
  async settle(tx: SqlExecutor, jobId: string, settlement: Settlement): Promise<() => void> {
    const isForGood = isJobEnded(settlement.to) && settlement.to !== 'succeeded';
    const [moved, , behind] = await sideBySide(
      this.jobs.move(tx, [jobId], settlement.to, settlement),
      settlement.to === 'queued' ? Promise.resolve() : this.queue.withdraw(tx, [jobId]),
      isForGood ? this.jobs.blockedBehind(tx, jobId) : Promise.resolve([]),
    );
    if (settlement.to === 'queued') await this.queue.offer(tx, moved.map(toOffer));

    if (settlement.to === 'succeeded') {
      moved.push(...(await this.#settleSiblings(tx, moved[0], settlement.wheel ?? null)));
      for (const { id } of moved.filter((job) => job.state === 'succeeded')) {
        const released = await this.jobs.move(tx, await this.jobs.unblockable(tx, id), 'queued');
        await this.queue.offer(tx, released.map(toOffer));
        moved.push(...released);
      }
    } else if (behind.length > 0) {
      const job = moved[0];
      const reason = `It needs ${job?.name ?? jobId} ${job?.version ?? ''}, which ${settlement.to}.`;
      moved.push(...(await this.jobs.move(tx, behind, 'unreachable', { reason })));
    }
    const ended = moved.filter((job) => isJobEnded(job.state));
    // Not beside the moves: in a shared transaction they may wait for those of others, and the run would still count on this job.
    if (ended.length > 0)
      await this.jobs.finishRuns(
        tx,
        ended.map((job) => job.id),
      );

    return this.#tell(moved, ended);
  }

  /**
   * Queues a job once more after its end or wait, with what became unreachable behind it; its runs go on. Throws
   * POOL_ARCHIVED when no worker would ever take one of them.
   */
  async reopen(tx: SqlExecutor, jobId: string): Promise<() => void> {
    const queued = await this.jobs.move(tx, [jobId], 'queued');
    await this.queue.offer(tx, queued.map(toOffer));
    const moved = [...queued, ...(await this.jobs.reopenBehind(tx, jobId))];
    for (const pool of new Set(moved.map((job) => job.pool))) await this.pools.getOpen(tx, pool);
    await this.jobs.reopenRuns(
      tx,
      moved.map((job) => job.id),
    );
    return this.#tell(moved, []);
  }

  /** One wheel for several targets (pure, abi3) is built once: it ends the other jobs that it fits. */
  async #settleSiblings(
    tx: SqlExecutor,
    built: MovedJob | undefined,
    wheel: string | null,
  ): Promise<MovedJob[]> {
    if (built === undefined || wheel === null) return [];
    const served = (await this.jobs.listIdleSiblings(tx, built)).filter((job) =>
      isServedBy(job, built, wheel),
    );
    if (served.length === 0) return [];
    const ids = served.map((job) => job.id);
    const reason = `${wheel}, built for ${built.python_tag} on ${built.platform_tag}, serves this target as well.`;
    const moved = await this.jobs.move(tx, ids, 'succeeded', { reason, wheel });
    await this.queue.withdraw(tx, ids);
    await this.history.record(
      tx,
      await Promise.all(
        moved.map(async (job) => ({
          runId: (await this.jobs.runIds(tx, job.id))[0] ?? null,
          name: job.name,
          version: job.version,
          pythonTag: job.python_tag,
          platformTag: job.platform_tag,
          status: 'reused',
          detail: reason,
          metadata: { job_id: job.id, generation: job.generation, wheel, built_by_job_id: built.id },
        })),
      ),
    );
    return moved;
  }

  #tell(moved: readonly MovedJob[], ended: readonly MovedJob[]): () => void {
    return () => {
      for (const job of moved)
        this.events.publishAfterCommit('job.changed', { jobId: job.id, state: job.state });
      for (const job of ended)
        this.events.publishAfterCommit('job.ended', { jobId: job.id, state: job.state });
    };
  }
}
