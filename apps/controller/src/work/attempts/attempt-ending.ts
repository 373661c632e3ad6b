import type { Cause, Decision } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { PoolDirectory } from '../../fleet/index.ts';
import { Clock, sideBySide } from '../../platform/index.ts';
import { JobsRepository, SettleJobs, type JobRow, type Settlement } from '../jobs/index.ts';
import { AttemptAftermath } from './attempt-aftermath.ts';
import { AttemptNews } from './attempt-news.ts';
import { isAttemptLive, toEnded, type AttemptRow } from './attempt.row.ts';
import { AttemptsRepository } from './attempts.repository.ts';
import type { Ending } from './ending.ts';
import { JudgeEnd, type Judgement } from './judge-end.ts';

type Tell = () => void;

export interface Ended {
  /** As it is now, but for its `finished_at`. */
  readonly attempt: AttemptRow;
  readonly decision: Decision & { readonly id: string };
  readonly tell: Tell;
}

interface Judged {
  readonly judgement: Judgement;
  readonly runIds: readonly string[];
  readonly decision: Ended['decision'];
  readonly cause: Cause | null;
  /** The attempt as it is afterwards. */
  readonly ended: AttemptRow;
}

/** The one place where an attempt ends: its row, the decision with its whole snapshot, the job, the history. */
@Injectable()
export class AttemptEnding {
  constructor(
    private readonly attempts: AttemptsRepository,
    private readonly jobs: JobsRepository,
    private readonly settleJobs: SettleJobs,
    private readonly judgeEnd: JudgeEnd,
    private readonly aftermath: AttemptAftermath,
    private readonly news: AttemptNews,
    private readonly clock: Clock,
    private readonly pools: PoolDirectory,
  ) {}

  /** Ends a live, locked attempt that still has its job, and settles the job as the decision says. */
  async end(tx: SqlExecutor, attempt: AttemptRow, job: JobRow, ending: Ending): Promise<Ended> {
    const judged = await this.#judge(tx, attempt, job, ending);
    const { decision } = judged;
    const settlement = this.#settlement(decision, attempt, ending);
    const writing = this.#write(tx, judged, job, ending);
    // A job is offered again as the decision has changed it.
    if (settlement.to === 'queued') await writing;
    const [tell, settled] = await sideBySide(
      writing,
      this.settleJobs.settle(tx, job.id, settlement),
      this.pools.announceRoomOf(tx, attempt.worker_id),
    );
    return {
      attempt: judged.ended,
      decision,
      tell: () => {
        tell();
        settled();
      },
    };
  }

  /** The job went to another claim, or ended: the old attempt is lost now. Null when it had ended already. */
  async loseTo(tx: SqlExecutor, attemptId: string): Promise<Tell | null> {
    const { attempt, job } = await this.#lock(tx, attemptId);
    if (attempt === null || job === null || !isAttemptLive(attempt.state)) return null;
    return this.#record(tx, attempt, job, lost);
  }

  /**
   * Lease and grace are over. The job is offered again and the attempt lives on until somebody takes the job;
   * where the policy gives up, or the job was to be cancelled, the attempt ends here. Null: nothing to tell.
   */
  async forfeit(tx: SqlExecutor, attemptId: string): Promise<Tell | null> {
    const { attempt, job } = await this.#lock(tx, attemptId);
    if (attempt === null || job === null || !isAttemptLive(attempt.state)) return null;
    if (job.attempt_id !== attempt.id) return null;
    // What becomes of its worker is judged when the attempt ends, and not before.
    const { decision } = await this.judgeEnd.judge(tx, attempt, job, released);
    if (attempt.cancel_reason !== null || decision.action === 'give_up') {
      return (await this.end(tx, attempt, job, lost)).tell;
    }
    await this.pools.announceRoomOf(tx, attempt.worker_id);
    return this.settleJobs.settle(tx, job.id, {
      to: 'queued',
      reason: 'The lease of its worker ended without a renewal.',
    });
  }

  /**
   * The worker's process is ended on purpose: its attempt is lost now, and the job is offered again at once, since waiting
   * for the lease would gain nothing. Null when the attempt had ended, or had lost its job.
   */
  async release(tx: SqlExecutor, attemptId: string, reason: string): Promise<Tell | null> {
    const { attempt, job } = await this.#lock(tx, attemptId);
    if (attempt === null || job === null || !isAttemptLive(attempt.state)) return null;
    if (job.attempt_id !== attempt.id) return null;
    if (attempt.cancel_reason !== null) return (await this.end(tx, attempt, job, released)).tell;
    const tell = await this.#record(tx, attempt, job, released);
    const settled = await this.settleJobs.settle(tx, job.id, { to: 'queued', reason });
    await this.pools.announceRoomOf(tx, attempt.worker_id);
    return () => {
      tell();
      settled();
    };
  }

  async #lock(
    tx: SqlExecutor,
    attemptId: string,
  ): Promise<{ readonly attempt: AttemptRow | null; readonly job: JobRow | null }> {
    const [attempt, job] = await sideBySide(
      this.attempts.lock(tx, attemptId),
      this.jobs.lockOfAttempt(tx, attemptId),
    );
    return { attempt, job };
  }

  /** Reads what the decision is made of, and decides. */
  async #judge(tx: SqlExecutor, attempt: AttemptRow, job: JobRow, ending: Ending): Promise<Judged> {
    const [judgement, runIds] = await sideBySide(
      this.judgeEnd.judge(tx, attempt, job, ending),
      this.jobs.runIds(tx, job.id),
    );
    const decision = { ...judgement.decision, id: judgement.id };
    const cause = ending.status === 'succeeded' ? null : decision.classification.cause;
    return {
      judgement,
      runIds,
      decision,
      cause,
      ended: toEnded(attempt, ending.status, cause, ending.result),
    };
  }

  async #write(tx: SqlExecutor, judged: Judged, job: JobRow, ending: Ending): Promise<Tell> {
    const { judgement, runIds, decision, cause, ended } = judged;
    const { status, result, resultHash } = ending;
    const matchedHintIds = judgement.snapshot.hints.map(({ hintId }) => hintId);
    await sideBySide(
      ending.isOnPurpose === true ? this.attempts.markReleased(tx, ended.id) : Promise.resolve(),
      this.attempts.end(tx, ended.id, status, cause, result, resultHash),
      this.judgeEnd.record(tx, ended, job, judgement),
      this.aftermath.write(tx, ended, job, { ...decision, matchedHintIds, runIds }, ending),
    );
    const { action } = decision;
    return () => this.news.tellEnd({ attemptId: ended.id, jobId: job.id, state: status, action, cause });
  }

  async #record(tx: SqlExecutor, attempt: AttemptRow, job: JobRow, ending: Ending): Promise<Tell> {
    return this.#write(tx, await this.#judge(tx, attempt, job, ending), job, ending);
  }

  #settlement(decision: Decision, attempt: AttemptRow, ending: Ending): Settlement {
    if (decision.action === 'accept') {
      const reason = ending.isServed === true ? decision.reason : null;
      return { to: 'succeeded', reason, wheel: ending.wheel };
    }
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
}

const lost: Ending = { status: 'lost', result: null, resultHash: null, wheel: null };
const released: Ending = { ...lost, isOnPurpose: true };
