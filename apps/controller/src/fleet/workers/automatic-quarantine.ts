import {
  effectiveIntent,
  type QuarantineHistory,
  type QuarantineVerdict,
  type WorkerOutcome,
} from '@ironwheel/decisions';
import { StructuredLogger } from '@ironwheel/logging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AuditService, Clock, Metrics, NotificationBus, type Actor } from '../../platform/index.ts';
import { Heartbeats, staleAfterIntervals } from './heartbeats.ts';
import { IntentsRepository } from './intents.repository.ts';
import { workerIntentChannel } from './worker-intents.ts';

/** Who acts where the policy does. */
const policyActor: Actor = {
  kind: 'anonymous',
  id: 'policy',
  name: 'policy',
  role: 'anonymous',
  remoteAddr: 'none',
};

/** Puts workers in quarantine whose builds fail by their fault; `work/attempts` tells of the ends and what was decided. */
@Injectable()
export class AutomaticQuarantine {
  readonly #logger: StructuredLogger;
  readonly #quarantines;

  constructor(
    logger: StructuredLogger,
    metrics: Metrics,
    private readonly intents: IntentsRepository,
    private readonly heartbeats: Heartbeats,
    private readonly notifications: NotificationBus,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {
    this.#logger = logger.child({ component: 'workers' });
    this.#quarantines = metrics.counter({
      name: 'worker_quarantines_total',
      help: 'Workers that were put in quarantine by the policy, and those that it let go on for the sake of their pool.',
      labels: ['action'],
    });
  }

  /** An attempt of this worker succeeded, in `tx`. */
  noteSuccess(tx: SqlExecutor, workerId: string): Promise<void> {
    return this.intents.forgetQuarantines(tx, workerId);
  }

  /**
   * What speaks for a worker and against it, in `tx`, an attempt included that fails by its fault at this moment
   * (`failing`). `readOutcomes` gives what it did since a moment, newest first. Null: it is in quarantine already, or will
   * never claim again, and is not judged.
   */
  async gather(
    tx: SqlExecutor,
    workerId: string,
    failing: WorkerOutcome,
    readOutcomes: (since: Date | null) => Promise<readonly WorkerOutcome[]>,
  ): Promise<QuarantineHistory | null> {
    // One at a time in a pool, and each sees what the one before it did.
    await this.intents.lockPoolOf(tx, workerId);
    const row = await this.intents.read(tx, workerId);
    const now = this.clock.now();
    if (row === null || row.revoked_at !== null || effectiveIntent(row, now).quarantine !== null) return null;
    // A quarantine that ended a moment ago may not be swept up yet.
    const since = row.quarantine_until ?? row.judged_from;
    const before = await readOutcomes(since);
    const counts = since === null || failing.claimedAt >= since.getTime();
    const freshS = staleAfterIntervals * this.heartbeats.intervalS;
    const pool = await this.intents.countPool(tx, row.pool, workerId, now, freshS);
    return { outcomes: counts ? [failing, ...before] : before, count: row.quarantine_count, pool };
  }

  /** Does in `tx` what was decided about a worker, unless it was put in quarantine meanwhile. */
  async apply(tx: SqlExecutor, workerId: string, verdict: QuarantineVerdict): Promise<void> {
    if (verdict.action === 'none') return;
    const { reason } = verdict;
    if (verdict.action === 'withhold') {
      this.#tell(workerId, verdict.action, 'a worker would be put in quarantine', reason);
      return;
    }
    const at = this.clock.now();
    const until = new Date(at.getTime() + verdict.forS * 1000);
    const { count } = verdict;
    if (!(await this.intents.setAutomaticQuarantine(tx, workerId, { reason, at, until, count }))) return;
    this.#tell(workerId, verdict.action, 'a worker was put in quarantine', reason);
    await this.notifications.notify(tx, workerIntentChannel, workerId);
    await this.audit.record(tx, {
      actor: policyActor,
      action: 'worker.quarantine',
      subject: workerId,
      reason,
      detail: { until: until.toISOString(), count },
    });
  }

  #tell(workerId: string, action: 'quarantine' | 'withhold', what: string, reason: string): void {
    this.#quarantines.inc({ action });
    this.#logger.warn(what, { worker_id: workerId, reason });
  }
}
