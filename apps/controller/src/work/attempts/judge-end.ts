import { canonicalJson, decide, type Decision, type DecisionSnapshot } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { newId, sideBySide } from '../../platform/index.ts';
import { JobsRepository, toJobAdjustment, type JobRow } from '../jobs/index.ts';
import { digestOfText, PolicyInForce, type PolicyVersion } from '../policies/index.ts';
import type { AttemptRow } from './attempt.row.ts';
import { DecisionsRepository } from './decisions.repository.ts';
import type { Ending } from './ending.ts';
import { GatherSnapshot } from './gather-snapshot.ts';
import { HintOffers } from './hint-offers.ts';

export interface Judgement {
  readonly id: string;
  readonly decision: Decision;
  readonly snapshot: DecisionSnapshot;
  readonly policy: PolicyVersion;
}

/** Decides what follows the end of an attempt, and writes the decision down with everything that it was made of. */
@Injectable()
export class JudgeEnd {
  constructor(
    private readonly snapshots: GatherSnapshot,
    private readonly decisions: DecisionsRepository,
    private readonly policies: PolicyInForce,
    private readonly jobs: JobsRepository,
    private readonly hints: HintOffers,
  ) {}

  /** Writes nothing. */
  async judge(tx: SqlExecutor, attempt: AttemptRow, job: JobRow, ending: Ending): Promise<Judgement> {
    const policy = this.policies.get();
    const snapshot = await this.snapshots.gather(tx, attempt, job, ending, policy.policy);
    return { id: newId('decision'), decision: decide(snapshot, policy.policy), snapshot, policy };
  }

  /** Writes it down, says of the decision before whether it was right, and changes the job as was decided. */
  async record(tx: SqlExecutor, attempt: AttemptRow, job: JobRow, judgement: Judgement): Promise<void> {
    const { id, decision, snapshot, policy } = judgement;
    const text = canonicalJson(snapshot);
    const written = this.decisions.insert(tx, {
      id,
      attemptId: attempt.id,
      jobId: job.id,
      policy,
      snapshot: text,
      snapshotSha256: digestOfText(text),
      decision,
    });
    await sideBySide(
      written,
      this.#noteOutcome(tx, attempt, judgement),
      this.#change(tx, attempt, job, judgement),
    );
  }

  /**
   * A worker that was lost, or gave the job back, proves nothing about what was tried; nor does an outside source that did not
   * answer, or a wheel of another build.
   */
  async #noteOutcome(tx: SqlExecutor, attempt: AttemptRow, { snapshot, decision }: Judgement): Promise<void> {
    const { status } = snapshot.attempt;
    if (attempt.number === 1 || snapshot.isServed || (status !== 'succeeded' && status !== 'failed')) return;
    if (decision.action === 'wait_provider') return;
    const succeeded = status === 'succeeded';
    await this.decisions.noteOutcome(tx, { jobId: attempt.job_id, attemptId: attempt.id, succeeded });
  }

  async #change(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    { snapshot, decision }: Judgement,
  ): Promise<void> {
    if (decision.adjustment !== null)
      await this.jobs.adjust(tx, job.id, { ...job.adjustment, ...toJobAdjustment(decision.adjustment) });
    if (decision.hintId !== null) await this.hints.apply(tx, job, attempt, decision.hintId);
    const isTriedAgain = decision.action === 'retry' || decision.action === 'wait_provider';
    if (!snapshot.isServed) await this.hints.noteEnd(tx, job, attempt, snapshot.attempt.status, isTriedAgain);
  }
}
