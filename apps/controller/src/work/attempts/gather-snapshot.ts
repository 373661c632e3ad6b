import { LoadedConfig } from '@ironwheel/config';
import {
  classify,
  snapshotForm,
  type AttemptFacts,
  type Cause,
  type DecisionSnapshot,
  type Means,
  type Policy,
} from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AutomaticQuarantine, LaneWorkers } from '../../fleet/index.ts';
import { Clock, needAlone, sideBySide } from '../../platform/index.ts';
import { adjustLimits, JobsRepository, type JobRow } from '../jobs/index.ts';
import { findRetryAfterS, toAttemptFacts } from './attempt-facts.ts';
import { toEnded, type AttemptRow } from './attempt.row.ts';
import { AttemptsRepository, type EndedBefore } from './attempts.repository.ts';
import { readBuildLimits } from './build-limits.ts';
import { DecisionsRepository } from './decisions.repository.ts';
import type { Ending } from './ending.ts';
import { HintOffers } from './hint-offers.ts';
import { RunningAttempts } from './running-attempts.ts';

/** Outcomes that a judgement of a worker reads, as a multiple of those it looks at: falls that fell together count once. */
const outcomesRead = 4;

/** Gathers everything that a decision is made of, in the transaction that ends the attempt. */
@Injectable()
export class GatherSnapshot {
  readonly #limits;

  constructor(
    config: LoadedConfig,
    private readonly attempts: AttemptsRepository,
    private readonly decisions: DecisionsRepository,
    private readonly jobs: JobsRepository,
    private readonly workers: LaneWorkers,
    private readonly quarantine: AutomaticQuarantine,
    private readonly hints: HintOffers,
    private readonly running: RunningAttempts,
    private readonly clock: Clock,
  ) {
    this.#limits = readBuildLimits(config);
  }

  async gather(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    ending: Ending,
    policy: Policy,
  ): Promise<DecisionSnapshot> {
    const now = this.clock.now().getTime();
    const facts = toAttemptFacts(attempt, job, ending);
    const [before, wanted, weighable] = await sideBySide(
      job.attempt_count > 1 ? this.attempts.endedBefore(tx, attempt.job_id) : Promise.resolve(noneBefore),
      this.jobs.isWanted(tx, attempt.job_id),
      facts.status === 'succeeded'
        ? Promise.resolve({ ...nothingToWeigh, means: this.#means(job, 0) })
        : this.#weighable(tx, attempt, job, ending, facts, policy, now),
    );
    const spentS = (now - (attempt.started_at ?? attempt.claimed_at).getTime()) / 1000;
    return {
      form: snapshotForm,
      now,
      draw: Math.random(),
      attempt: facts,
      attemptNumber: before.total + 1,
      endedByCause: before.counts,
      workerS: Math.max(0, Math.round(before.workerS + spentS)),
      wanted,
      cancelRequested: attempt.cancel_reason !== null,
      isServed: ending.isServed === true,
      retryAfterS: findRetryAfterS(ending.result),
      ...weighable,
    };
  }

  /** What only a failure needs to know. */
  async #weighable(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    ending: Ending,
    facts: AttemptFacts,
    policy: Policy,
    now: number,
  ): Promise<Pick<DecisionSnapshot, 'fleet' | 'means' | 'hints' | 'evidence' | 'worker'>> {
    const { rule } = classify(facts, policy, now);
    const [fleet, hints, counted] = await sideBySide(
      this.running.countBeside(tx, attempt.number),
      facts.status === 'failed'
        ? this.hints.offer(tx, job, toEnded(attempt, ending.status, null, ending.result), facts.lines)
        : Promise.resolve([]),
      this.decisions.evidence(tx, rule),
    );
    const evidence = { [rule]: counted };
    const { cause } = classify(facts, policy, now, evidence);
    const largest = cause === 'resource' ? await this.workers.largestMemory(tx, toLane(job)) : 0;
    return {
      fleet,
      means: this.#means(job, largest),
      hints,
      evidence,
      worker: await this.#judgeable(tx, attempt, job, ending, cause, policy, now),
    };
  }

  #means(job: JobRow, largestHostBytes: number): Means {
    const limits = adjustLimits(this.#limits, job.adjustment);
    return {
      memoryBytes: limits.memory_bytes,
      jobs: limits.cpus,
      diskBytes: limits.disk_bytes,
      buildTimeoutS: limits.phase_timeout_s.build,
      idleOutputS: limits.idle_output_s,
      largestHostBytes,
    };
  }

  async #judgeable(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    ending: Ending,
    cause: Cause,
    policy: Policy,
    now: number,
  ): Promise<DecisionSnapshot['worker']> {
    if (cause !== 'worker' || ending.isOnPurpose === true) return null;
    // Of several that fail at once each is judged by what became of those before it.
    needAlone(tx);
    const { worker_id: workerId } = attempt;
    const failing = {
      ok: false,
      isLost: ending.status === 'lost',
      package: job.name,
      claimedAt: attempt.claimed_at.getTime(),
      endedAt: now,
    };
    return this.quarantine.gather(tx, workerId, failing, (since) =>
      this.attempts.workerOutcomes(tx, workerId, since, policy.quarantine.window * outcomesRead),
    );
  }
}

/** Of the first attempt of a job. */
const noneBefore: EndedBefore = { counts: {}, total: 0, workerS: 0 };

const nothingToWeigh = {
  fleet: { running: 0, repetitions: 0 },
  hints: [],
  evidence: {},
  worker: null,
} as const;

const toLane = (job: JobRow) => ({
  pool: job.pool,
  pythonTag: job.python_tag,
  platformTag: job.platform_tag,
});
