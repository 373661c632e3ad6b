import type { Decision } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AutomaticQuarantine } from '../../fleet/index.ts';
import { sideBySide } from '../../platform/index.ts';
import { EventsRepository } from '../history/index.ts';
import type { JobRow } from '../jobs/index.ts';
import type { AttemptRow } from './attempt.row.ts';
import type { Ending } from './ending.ts';

const eventStatus = { succeeded: 'built', failed: 'failed', lost: 'lost', cancelled: 'cancelled' } as const;

/** With the hints that fitted the failure, and the runs that want the job. */
type JudgedDecision = Decision & {
  readonly matchedHintIds: readonly string[];
  readonly runIds: readonly string[];
};

/** What else follows from the end of an attempt, in the same transaction: the history, and what was decided about its worker. */
@Injectable()
export class AttemptAftermath {
  constructor(
    private readonly history: EventsRepository,
    private readonly quarantine: AutomaticQuarantine,
  ) {}

  async write(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    decision: JudgedDecision,
    ending: Ending,
  ): Promise<void> {
    await sideBySide(
      this.#writeHistory(tx, attempt, job, decision, ending),
      this.#treatWorker(tx, attempt.worker_id, decision, ending),
    );
  }

  #treatWorker(tx: SqlExecutor, workerId: string, decision: Decision, ending: Ending): Promise<void> {
    if (ending.status === 'succeeded') return this.quarantine.noteSuccess(tx, workerId);
    if (decision.verdict.action === 'none') return Promise.resolve();
    return this.quarantine.apply(tx, workerId, decision.verdict);
  }

  async #writeHistory(
    tx: SqlExecutor,
    attempt: AttemptRow,
    job: JobRow,
    decision: JudgedDecision,
    ending: Ending,
  ): Promise<void> {
    const { runIds } = decision;
    await this.history.record(tx, {
      runId: runIds[0] ?? null,
      name: job.name,
      version: job.version,
      pythonTag: job.python_tag,
      platformTag: job.platform_tag,
      status: ending.isServed === true ? 'reused' : eventStatus[ending.status],
      detail: ending.isServed === true ? decision.reason : (ending.result?.error?.message ?? decision.reason),
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
      matchedHintIds: decision.matchedHintIds,
      attemptId: attempt.id,
      durationS: ending.result?.duration_s ?? null,
    });
  }
}
