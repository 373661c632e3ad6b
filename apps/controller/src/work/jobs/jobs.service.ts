import type { CancelImpact } from '@ironwheel/contracts';
import { canJobMove, isJobEnded } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { normalizeName } from '@ironwheel/packaging';
import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import type { JobRow } from './job.row.ts';
import { JobsRepository, type JobFilter, type JobListRow } from './jobs.repository.ts';
import { SettleJobs, toOffer } from './settle-jobs.ts';

@Injectable()
export class JobsService {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobsRepository,
    private readonly queue: QueueGateway,
    private readonly settle: SettleJobs,
  ) {}

  list(filter: JobFilter): Promise<JobListRow[]> {
    return this.jobs.list({
      ...filter,
      package: filter.package === undefined ? undefined : normalizeName(filter.package),
    });
  }

  async get(id: string): Promise<JobListRow> {
    const job = await this.jobs.find(id);
    if (job === null) throw new AppError('JOB_NOT_FOUND', `There is no job ${id}.`);
    return job;
  }

  /** Ends a job for good. One that a worker holds is cancelled when the worker has heard of it. */
  cancel(id: string, reason: string | null, dryRun: boolean): Promise<CancelImpact> {
    return this.#cancelAll(
      dryRun,
      async (tx) => {
        await lockAttempts(tx, 'jobs.id = $1', [id]);
        const job = await this.#lock(tx, id);
        if (isJobEnded(job.state) && job.state !== 'unreachable') {
          throw new AppError(
            'JOB_STATE_CONFLICT',
            `The job is ${job.state}; only a job that has not ended can be cancelled.`,
          );
        }
        return { stop: [job], kept: [] };
      },
      reason ?? 'Cancelled by an operator.',
    );
  }

  /** Cancels every job that only this run wants. The run itself becomes `cancelled`. */
  cancelRun(runId: string, reason: string | null, dryRun: boolean): Promise<CancelImpact> {
    return this.#cancelAll(
      dryRun,
      async (tx) => {
        await tx.query(
          `UPDATE plans SET state = 'cancelled', finished_at = now()
           WHERE run_id = $1 AND state IN ('planned', 'enqueued')`,
          [runId],
        );
        // One at a time: of two runs that are cancelled at once the second sees that nobody else wants the job.
        await this.jobs.lockEnqueue(tx);
        await lockAttempts(tx, 'jobs.id IN (SELECT job_id FROM run_jobs WHERE run_id = $1)', [runId]);
        const rows = await tx.query<JobRow & { shared: boolean }>(
          `SELECT jobs.*, EXISTS (SELECT 1 FROM run_jobs AS other JOIN plans ON plans.run_id = other.run_id
           WHERE other.job_id = jobs.id AND other.run_id <> $1 AND plans.state = 'enqueued') AS shared
         FROM jobs JOIN run_jobs ON run_jobs.job_id = jobs.id
         WHERE run_jobs.run_id = $1 AND jobs.state IN ('blocked', 'queued', 'claimed', 'running', 'waiting')
         ORDER BY jobs.id FOR UPDATE OF jobs`,
          [runId],
        );
        return { stop: rows.filter((row) => !row.shared), kept: rows.filter((row) => row.shared) };
      },
      reason ?? 'The run was cancelled.',
    );
  }

  /** Opens a job that ended without a wheel once more, or calls a waiting one up now. */
  async retry(id: string): Promise<JobListRow> {
    const after = await this.database.transaction(async (tx) => {
      // One at a time: of two needs that are retried at once the second sees that the other is no longer failed.
      await this.jobs.lockEnqueue(tx);
      await lockAttempts(tx, 'jobs.id = $1', [id]);
      const job = await this.#lock(tx, id);
      if (!canJobMove(job.state, 'queued') || job.state === 'claimed' || job.state === 'running') {
        throw new AppError(
          'JOB_STATE_CONFLICT',
          `The job is ${job.state}; it cannot be retried. A wheel that was built is rebuilt by a plan with \`rebuild\`.`,
        );
      }
      await this.jobs.markRetried(tx, [id]);
      await this.jobs.keepAttempts(tx, [id]);
      return this.settle.reopen(tx, id);
    });
    after();
    return this.get(id);
  }

  /** A job that is queued moves in the queue at once. */
  async setPriority(id: string, priority: number): Promise<JobListRow> {
    await this.database.transaction(async (tx) => {
      const job = await this.#lock(tx, id);
      if (isJobEnded(job.state))
        throw new AppError(
          'JOB_STATE_CONFLICT',
          `The job is ${job.state}; its priority has no meaning any more.`,
        );
      await this.jobs.setPriority(tx, id, priority);
      if (job.state === 'queued') await this.queue.offer(tx, [toOffer({ ...job, priority })]);
    });
    return this.get(id);
  }

  /**
   * Cancels every queued job (seed 001 `POST /queue/clear`); what workers hold goes on. Throws QUEUE_UNSUPPORTED with a
   * backend that cannot drop its items.
   */
  async clearQueue(dryRun: boolean): Promise<CancelImpact> {
    this.queue.need('clear');
    return this.#cancelAll(
      dryRun,
      async (tx) => {
        await lockAttempts(tx, `jobs.state = 'queued'`, []);
        const stop = await tx.query<JobRow>(
          `SELECT * FROM jobs WHERE state = 'queued' ORDER BY id FOR UPDATE`,
        );
        return { stop, kept: [] };
      },
      'The queue was cleared.',
    );
  }

  async #lock(tx: SqlExecutor, id: string): Promise<JobRow> {
    const job = await this.jobs.lock(tx, id);
    if (job === null) throw new AppError('JOB_NOT_FOUND', `There is no job ${id}.`);
    return job;
  }

  async #cancelAll(
    dryRun: boolean,
    choose: (tx: SqlExecutor) => Promise<{ stop: readonly JobRow[]; kept: readonly JobRow[] }>,
    reason: string,
  ): Promise<CancelImpact> {
    const after: (() => void)[] = [];
    try {
      const done = await this.database.transaction(async (tx) => {
        after.length = 0;
        const { stop, kept } = await choose(tx);
        const cancelled: string[] = [];
        const cancelling = stop.filter(isHeld).map((job) => job.id);
        // Also where the lease has ended and the job is queued again: its attempt is closed by the reaper.
        await tx.query(
          `UPDATE attempts SET cancel_reason = $2
           WHERE id = ANY ($1) AND cancel_reason IS NULL AND state IN ('claimed', 'running')`,
          [stop.map((job) => job.attempt_id), reason],
        );
        await tx.query('UPDATE jobs SET state_reason = $2 WHERE id = ANY ($1)', [cancelling, reason]);
        for (const job of stop) {
          if (isHeld(job)) continue;
          after.push(await this.settle.settle(tx, job.id, { to: 'cancelled', reason }));
          cancelled.push(job.id);
        }
        const impact = { dry_run: dryRun, cancelled, cancelling, kept: kept.map((job) => job.id) };
        // A dry run does all of it and takes it back, so that what it tells is what would happen.
        if (dryRun) throw new DryRun(impact);
        return impact;
      });
      for (const tell of after) tell();
      return done;
    } catch (error) {
      if (error instanceof DryRun) return error.impact;
      throw error;
    }
  }
}

const isHeld = ({ state }: JobRow): boolean => state === 'claimed' || state === 'running';

/** Before the jobs themselves: renewals and results lock in this order, and would wait for who waits for them. */
async function lockAttempts(tx: SqlExecutor, ofJobs: string, parameters: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT 1 FROM attempts
     WHERE id = ANY (ARRAY(SELECT attempt_id FROM jobs WHERE ${ofJobs})) AND state IN ('claimed', 'running')
     ORDER BY id FOR UPDATE`,
    parameters,
  );
}

class DryRun extends Error {
  constructor(readonly impact: CancelImpact) {
    super('dry run');
  }
}
