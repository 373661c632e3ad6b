import { createHash } from 'node:crypto';
import { resultSchema, type AttemptResult } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, Database, toStorableJson } from '../../platform/index.ts';
import { ArtifactsService } from '../artifacts/index.ts';
import { JobsRepository } from '../jobs/index.ts';
import { AttemptEnding } from './attempt-ending.ts';
import { isAttemptLive, type AttemptRow } from './attempt.row.ts';
import { AttemptsRepository } from './attempts.repository.ts';

export interface ResultAnswer {
  readonly attempt_id: string;
  readonly state: string;
  readonly decision: { readonly decision_id: string; readonly action: string; readonly reason: string };
}

/** `queued`: the lease ended and nobody else has the job yet. A job that ended takes no result any more. */
const mayHaveResult: ReadonlySet<string> = new Set(['claimed', 'running', 'queued']);

/** Takes a worker's result once. The same result again gets the same answer. */
@Injectable()
export class ReportResult {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptsRepository,
    private readonly jobs: JobsRepository,
    private readonly artifacts: ArtifactsService,
    private readonly ending: AttemptEnding,
  ) {}

  async report(attemptId: string, given: AttemptResult): Promise<ResultAnswer> {
    // Text of a build may hold what Postgres refuses.
    const result = resultSchema.parse(toStorableJson(given));
    const hash = createHash('sha256').update(JSON.stringify(result)).digest();
    let tell: () => void = () => undefined;
    const answer = await this.database.transaction(async (tx) => {
      const attempt = await this.attempts.lock(tx, attemptId);
      if (attempt === null) throw new AppError('ATTEMPT_NOT_FOUND', `There is no attempt ${attemptId}.`);
      if (!isAttemptLive(attempt.state)) return this.#again(tx, attempt, hash);
      const job = await this.jobs.lock(tx, attempt.job_id);
      if (await this.attempts.isWorkerRevoked(tx, attempt.worker_id))
        throw new AppError('WORKER_REVOKED', 'The worker of this attempt was revoked.');
      const holdsJob = job?.attempt_id === attempt.id && mayHaveResult.has(job.state);
      if (!holdsJob || attempt.fencing !== result.fencing) {
        throw new AppError('LEASE_LOST', 'The job belongs to another attempt; this result comes too late.');
      }
      const wheel = result.status === 'succeeded' ? await this.#accept(tx, attempt, result) : null;
      const ended = await this.ending.end(tx, attempt, job, {
        status: result.status,
        result,
        resultHash: hash,
        wheel,
      });
      tell = ended.tell;
      return toAnswer(ended.attempt, {
        decision_id: ended.decision.id,
        action: ended.decision.action,
        reason: ended.decision.reason,
      });
    });
    tell();
    return answer;
  }

  async #again(tx: SqlExecutor, attempt: AttemptRow, hash: Buffer): Promise<ResultAnswer> {
    if (attempt.state === 'lost')
      throw new AppError('LEASE_LOST', 'The lease ended and the job went to another attempt.');
    const decision = await this.attempts.decisionOf(tx, attempt.id);
    if (decision === null || attempt.result_hash === null || !attempt.result_hash.equals(hash)) {
      throw new AppError('RESULT_CONFLICT', `The attempt has ended as ${attempt.state} with another result.`);
    }
    return toAnswer(attempt, decision);
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

const toAnswer = (attempt: AttemptRow, decision: ResultAnswer['decision']): ResultAnswer => ({
  attempt_id: attempt.id,
  state: attempt.state,
  decision,
});
