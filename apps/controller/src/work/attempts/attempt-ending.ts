import type { AttemptResult } from '@ironwheel/contracts';
import {
  decide,
  defaultAttemptPolicy,
  type AttemptFacts,
  type Decision,
  type DecisionSnapshot,
} from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Clock, EventBus, Metrics, newId } from '../../platform/index.ts';
import { EventsRepository } from '../history/index.ts';
import { JobsRepository, SettleJobs, type JobRow, type Settlement } from '../jobs/index.ts';
import { isAttemptLive, type AttemptRow } from './attempt.row.ts';
import { AttemptsRepository } from './attempts.repository.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    'attempt.ended': {
      readonly attemptId: string;
      readonly jobId: string;
      readonly state: string;
      readonly action: string;
    };
  }
}

type Tell = () => void;

export interface Ending {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  readonly result: AttemptResult | null;
  readonly resultHash: Buffer | null;
  /** File name of the accepted wheel. */
  readonly wheel: string | null;
}

export interface Ended {
  readonly attempt: AttemptRow;
  readonly decision: Decision & { readonly id: string };
  readonly tell: Tell;
}

const eventStatus = { succeeded: 'built', failed: 'failed', lost: 'lost', cancelled: 'cancelled' } as const;

/** The one place where an attempt ends: its row, the decision with its whole snapshot, the job, the history. */
@Injectable()
export class AttemptEnding {
  readonly #ended;

  constructor(
    private readonly attempts: AttemptsRepository,
    private readonly jobs: JobsRepository,
    private readonly settleJobs: SettleJobs,
    private readonly history: EventsRepository,
    private readonly events: EventBus,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.#ended = metrics.counter({
      name: 'attempts_total',
      help: 'Ended attempts by outcome and cause.',
      labels: ['outcome', 'cause'],
    });
  }

  /** Ends a live, locked attempt that still has its job, and settles the job as the decision says. */
  async end(tx: SqlExecutor, attempt: AttemptRow, job: JobRow, ending: Ending): Promise<Ended> {
    const { decision, row, tell } = await this.#record(tx, attempt, job, ending);
    const settled = await this.settleJobs.settle(tx, job.id, this.#settlement(decision, attempt, ending));
    return {
      attempt: row,
      decision,
      tell: () => {
        tell();
        settled();
      },
    };
  }

  /** The job went to another claim, or ended: the old attempt is lost now. Null when it had ended already. */
  async loseTo(tx: SqlExecutor, attemptId: string): Promise<Tell | null> {
    const attempt = await this.attempts.lock(tx, attemptId);
    if (attempt === null || !isAttemptLive(attempt.state)) return null;
    const job = await this.jobs.lock(tx, attempt.job_id);
    if (job === null) return null;
    return (await this.#record(tx, attempt, job, lost)).tell;
  }

  /**
   * Lease and grace are over. The job is offered again and the attempt lives on until somebody takes the job;
   * where the policy gives up, or the job was to be cancelled, the attempt ends here. Null: nothing to tell.
   */
  async forfeit(tx: SqlExecutor, attemptId: string): Promise<Tell | null> {
    const attempt = await this.attempts.lock(tx, attemptId);
    if (attempt === null || !isAttemptLive(attempt.state)) return null;
    const job = await this.jobs.lock(tx, attempt.job_id);
    if (job === null || job.attempt_id !== attempt.id) return null;
    const decision = decide(await this.#snapshot(tx, attempt, lost), defaultAttemptPolicy);
    if (attempt.cancel_reason !== null || decision.action === 'give_up') {
      return (await this.end(tx, attempt, job, lost)).tell;
    }
    return this.settleJobs.settle(tx, job.id, {
      to: 'queued',
      reason: 'The lease of its worker ended without a renewal.',
    });
  }

  async #record(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    ending: Ending,
  ): Promise<{ decision: Decision & { id: string }; row: AttemptRow; tell: Tell }> {
    const snapshot = await this.#snapshot(tx, attempt, ending);
    const decision = { ...decide(snapshot, defaultAttemptPolicy), id: newId('decision') };
    const cause = ending.status === 'succeeded' ? null : decision.classification.cause;
    const row = await this.attempts.end(
      tx,
      attempt.id,
      ending.status,
      cause,
      ending.result,
      ending.resultHash,
    );
    await this.attempts.insertDecision(
      tx,
      { ...decision, attemptId: attempt.id, jobId: job.id, policyVersion: defaultAttemptPolicy.version },
      snapshot,
    );
    await this.#writeHistory(tx, row, job, decision, ending);
    return {
      decision,
      row,
      tell: () => {
        this.#ended.inc({ outcome: ending.status, cause: cause ?? 'none' });
        this.events.publishAfterCommit('attempt.ended', {
          attemptId: attempt.id,
          jobId: job.id,
          state: ending.status,
          action: decision.action,
        });
      },
    };
  }

  async #snapshot(tx: SqlExecutor, attempt: AttemptRow, ending: Ending): Promise<DecisionSnapshot> {
    const facts: AttemptFacts = {
      status: ending.status,
      phase: ending.result?.phase ?? attempt.phase,
      errorCode: ending.result?.error?.code ?? null,
      exitCode: ending.result?.exit_code ?? null,
    };
    const before = await this.attempts.endedByCause(tx, attempt.job_id);
    return {
      attempt: facts,
      attemptNumber: before.total + 1,
      endedByCause: before.counts,
      wanted: await this.jobs.isWanted(tx, attempt.job_id),
      cancelRequested: attempt.cancel_reason !== null,
    };
  }

  #settlement(decision: Decision, attempt: AttemptRow, ending: Ending): Settlement {
    if (decision.action === 'accept') return { to: 'succeeded', reason: null, wheel: ending.wheel };
    if (decision.action === 'give_up') {
      const isCancelled = attempt.cancel_reason !== null || decision.classification.cause === 'cancelled';
      return isCancelled
        ? { to: 'cancelled', reason: attempt.cancel_reason ?? decision.reason }
        : { to: 'failed', reason: ending.result?.error?.message ?? decision.reason };
    }
    if (decision.waitS === null || decision.waitS === 0) return { to: 'queued', reason: decision.reason };
    return {
      to: 'waiting',
      reason: decision.reason,
      notBefore: new Date(this.clock.now().getTime() + decision.waitS * 1000),
    };
  }

  async #writeHistory(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    decision: Decision,
    ending: Ending,
  ): Promise<void> {
    const runIds = await this.jobs.runIds(tx, job.id);
    await this.history.record(tx, {
      runId: runIds[0] ?? null,
      name: job.name,
      version: job.version,
      pythonTag: job.python_tag,
      platformTag: job.platform_tag,
      status: eventStatus[ending.status],
      detail: ending.result?.error?.message ?? decision.reason,
      metadata: {
        job_id: job.id,
        generation: job.generation,
        run_ids: runIds,
        attempt_number: attempt.number,
        worker_id: attempt.worker_id,
        runner: attempt.runner,
        phase: attempt.phase,
        error_code: ending.result?.error?.code ?? null,
        cause: attempt.cause,
        action: decision.action,
        wheel: ending.wheel,
      },
      attemptId: attempt.id,
      durationS: ending.result?.duration_s ?? null,
    });
  }
}

const lost: Ending = { status: 'lost', result: null, resultHash: null, wheel: null };
