import { hash } from 'node:crypto';
import { resultSchema, type AttemptResult } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import {
  AppError,
  Database,
  GatheredTransactions,
  sideBySide,
  toStorableJson,
} from '../../platform/index.ts';
import { ArtifactsService } from '../artifacts/index.ts';
import { JobsRepository, type JobRow } from '../jobs/index.ts';
import { AttemptEnding } from './attempt-ending.ts';
import { isAttemptLive, type AttemptRow } from './attempt.row.ts';
import { AttemptsRepository } from './attempts.repository.ts';
import { DecisionsRepository } from './decisions.repository.ts';
import type { Ending } from './ending.ts';

export interface ResultAnswer {
  readonly attempt_id: string;
  readonly state: string;
  readonly decision: { readonly decision_id: string; readonly action: string; readonly reason: string };
}

/** `queued`: the lease ended and nobody else has the job yet. A job that ended takes no result any more. */
const mayHaveResult: ReadonlySet<string> = new Set(['claimed', 'running', 'queued']);

interface Report {
  readonly attemptId: string;
  readonly result: AttemptResult;
  readonly hash: Buffer;
}

interface Taken {
  readonly answer: ResultAnswer;
  /** To be called after the commit. */
  readonly tell: () => void;
}

/** Accepting a wheel may have to be undone alone; what else is reported can share a transaction. */
const hasNoWheel = ({ status, error }: AttemptResult): boolean =>
  status !== 'succeeded' && error?.code !== 'ARTIFACT_NAME_TAKEN';

/** Takes a worker's result once. The same result again gets the same answer. */
@Injectable()
export class ReportResult {
  readonly #reports: GatheredTransactions<Report, Taken>;

  constructor(
    database: Database,
    private readonly attempts: AttemptsRepository,
    private readonly decisions: DecisionsRepository,
    private readonly jobs: JobsRepository,
    private readonly artifacts: ArtifactsService,
    private readonly ending: AttemptEnding,
  ) {
    this.#reports = new GatheredTransactions(
      database,
      ({ attemptId }) => attemptId,
      (tx, report) => this.#take(tx, report),
    );
  }

  async report(attemptId: string, given: AttemptResult): Promise<ResultAnswer> {
    // Text of a build may hold what Postgres refuses.
    const storable = toStorableJson(given);
    const result = storable === given ? given : resultSchema.parse(storable);
    const report = { attemptId, result, hash: hash('sha256', JSON.stringify(result), 'buffer') };
    const { answer, tell } = await (hasNoWheel(result)
      ? this.#reports.run(report)
      : this.#reports.runAlone(report));
    tell();
    return answer;
  }

  async #take(tx: SqlExecutor, { attemptId, result, hash }: Report): Promise<Taken> {
    const [attempt, job, isRevoked] = await sideBySide(
      this.attempts.lock(tx, attemptId),
      this.jobs.lockOfAttempt(tx, attemptId),
      this.attempts.isWorkerRevoked(tx, attemptId),
    );
    if (attempt === null) throw new AppError('ATTEMPT_NOT_FOUND', `There is no attempt ${attemptId}.`);
    if (!isAttemptLive(attempt.state))
      return { answer: await this.#again(tx, attempt, hash), tell: () => undefined };
    if (isRevoked) throw new AppError('WORKER_REVOKED', 'The worker of this attempt was revoked.');
    const holdsJob = job?.attempt_id === attempt.id && mayHaveResult.has(job.state);
    if (!holdsJob || attempt.fencing !== result.fencing) {
      throw new AppError('LEASE_LOST', 'The job belongs to another attempt; this result comes too late.');
    }
    const wheel = await this.#findWheel(tx, attempt, job, result);
    const ended = await this.ending.end(tx, attempt, job, {
      status: result.status,
      result,
      resultHash: hash,
      ...wheel,
    });
    const { id, action, reason } = ended.decision;
    return { answer: toAnswer(ended.attempt, { decision_id: id, action, reason }), tell: ended.tell };
  }

  async #again(tx: SqlExecutor, attempt: AttemptRow, hash: Buffer): Promise<ResultAnswer> {
    if (attempt.state === 'lost')
      throw new AppError('LEASE_LOST', 'The lease ended and the job went to another attempt.');
    const decision = await this.decisions.ofAttempt(tx, attempt.id);
    if (decision === null || attempt.result_hash === null || !attempt.result_hash.equals(hash)) {
      throw new AppError('RESULT_CONFLICT', `The attempt has ended as ${attempt.state} with another result.`);
    }
    return toAnswer(attempt, decision);
  }

  /**
   * The wheel that the job ends with. Two targets may wish for one wheel (pure, abi3) and build it at the same moment, to
   * bytes that differ: the first is served, and the other job ends with it as well.
   */
  async #findWheel(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    result: AttemptResult,
  ): Promise<Pick<Ending, 'wheel' | 'isServed'>> {
    if (result.status === 'succeeded') {
      await tx.query('SAVEPOINT accepting');
      try {
        return { wheel: await this.#accept(tx, attempt, result) };
      } catch (error) {
        if (!isNameTaken(error)) throw error;
        await tx.query('ROLLBACK TO SAVEPOINT accepting');
        const served = await this.artifacts.findServedFor(tx, job);
        if (served === null) throw error;
        return { wheel: served.filename, isServed: true };
      }
    }
    const wasRefused = result.status === 'failed' && result.error?.code === 'ARTIFACT_NAME_TAKEN';
    const served = wasRefused ? await this.artifacts.findServedFor(tx, job) : null;
    return served === null ? { wheel: null } : { wheel: served.filename, isServed: true };
  }

  /** The named wheels must have been uploaded by this attempt; then they are served. Returns the job's wheel. */
  async #accept(tx: SqlExecutor, attempt: AttemptRow, result: AttemptResult): Promise<string> {
    const uploaded = await this.artifacts.findUploaded(tx, attempt.id);
    const missing = result.artifacts.find(
      (artifact) =>
        !uploaded.some((file) => file.filename === artifact.filename && file.sha256 === artifact.sha256),
    );
    if (missing !== undefined) {
      throw new AppError(
        'ARTIFACT_NOT_FOUND',
        `The result names ${missing.filename}, which this attempt has not uploaded.`,
      );
    }
    const wheel = result.artifacts[0];
    if (wheel === undefined)
      throw new AppError('ARTIFACT_NOT_FOUND', 'A result that succeeded names the wheel that was uploaded.');
    await this.artifacts.accept(tx, attempt.id);
    return wheel.filename;
  }
}

const isNameTaken = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'ARTIFACT_NAME_TAKEN';

const toAnswer = (attempt: AttemptRow, decision: ResultAnswer['decision']): ResultAnswer => ({
  attempt_id: attempt.id,
  state: attempt.state,
  decision,
});
