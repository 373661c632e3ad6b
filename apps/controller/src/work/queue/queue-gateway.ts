import type { StructuredLogger } from '@ironwheel/logging';
import {
  QueueUnavailableError,
  toLaneKey,
  type Lane,
  type QueueAbility,
  type QueueBackend,
  type QueueItem,
  type QueueOffer,
  type QueueStats,
  type SqlExecutor,
  type TakenJob,
} from '@ironwheel/plugin-kit';
import { AppError, sideBySide, together, type NotificationBus } from '../../platform/index.ts';
import type { QueueChangesRepository } from './queue-changes.repository.ts';

/** Channel that wakes waiting claims; the payload is the lane `pool platform_tag python_tag`. */
export const workAvailableChannel = 'work_available';

/** How long a backend outside of Postgres holds what a claim has taken and not told it about, in milliseconds. */
const claimHoldMs = 60_000;

/** What a claim does with the queue. */
export interface Claiming {
  /** Ids of jobs to confirm in `tx`. */
  readonly take: (tx: SqlExecutor, lanes: readonly Lane[], max: number) => Promise<string[]>;
  /** Leaves taken jobs in the queue. Nobody is woken: nothing is new about them. */
  readonly leave: (tx: SqlExecutor, jobIds: readonly string[]) => Promise<void>;
}

/**
 * The controller's one door to the queue backend. The backend orders job ids; `jobs.state` holds the truth, and
 * every id that comes out is confirmed there (decision 8).
 *
 * A backend with the ability `transactional` acts inside the caller's transaction. Any other hears of a change only
 * after the commit: the transaction notes the job in `queue_changes`, and `OfferChanges` carries it over.
 */
export class QueueGateway {
  constructor(
    readonly backendId: string,
    readonly backend: QueueBackend,
    private readonly abilities: readonly string[],
    private readonly notifications: NotificationBus,
    private readonly changes: QueueChangesRepository,
    private readonly logger: StructuredLogger,
  ) {}

  can(ability: QueueAbility): boolean {
    return this.abilities.includes(ability);
  }

  /** Throws QUEUE_UNSUPPORTED. */
  need(ability: QueueAbility): void {
    if (this.can(ability)) return;
    throw new AppError(
      'QUEUE_UNSUPPORTED',
      `The queue backend ${this.backendId} cannot ${ability} its queue.`,
    );
  }

  /** Offers jobs and wakes who waits for their lanes, once `tx` commits. */
  async offer(tx: SqlExecutor, offers: readonly QueueOffer[]): Promise<void> {
    await together(tx, 'queue.offer', offers, async (lists) => {
      await this.#offer(tx, lists.flat());
      return lists.map(() => undefined);
    });
  }

  async #offer(tx: SqlExecutor, offers: readonly QueueOffer[]): Promise<void> {
    if (offers.length === 0) return;
    if (!this.can('transactional'))
      return this.#note(
        tx,
        offers.map(({ jobId }) => jobId),
      );
    await sideBySide(this.backend.offer(offers, tx), this.wake(tx, offers));
  }

  async withdraw(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    await together(tx, 'queue.withdraw', jobIds, async (lists) => {
      const all = lists.flat();
      if (all.length > 0) {
        if (this.can('transactional')) await this.backend.withdraw(all, tx);
        else await this.#note(tx, all);
      }
      return lists.map(() => undefined);
    });
  }

  /** Wakes who waits for these lanes once `tx` commits. */
  async wake(tx: SqlExecutor, lanes: readonly Lane[]): Promise<void> {
    for (const lane of new Set(lanes.map(toLaneKey))) {
      await this.notifications.notify(tx, workAvailableChannel, lane);
    }
  }

  /**
   * Runs a claim, a transaction that may be run again: what its last run took is done with when it resolves, all else
   * that it took is given back. Throws QUEUE_UNAVAILABLE when the backend does not answer.
   */
  async claiming<Result>(claim: (claiming: Claiming) => Promise<Result>): Promise<Result> {
    const isTransactional = this.can('transactional');
    const runs: {
      readonly tx: SqlExecutor;
      readonly taken: readonly TakenJob[];
      left: readonly TakenJob[];
    }[] = [];
    let isCommitted = false;
    try {
      const result = await claim({
        take: async (tx, lanes, max) => {
          if (runs.some((run) => run.tx !== tx)) this.backend.noteRollback?.();
          const taken = await this.#ask(() =>
            this.backend.take(lanes, max, claimHoldMs, isTransactional ? tx : undefined),
          );
          runs.push({ tx, taken, left: [] });
          return taken.map(({ jobId }) => jobId);
        },
        leave: async (tx, jobIds) => {
          for (const run of runs.filter((one) => one.tx === tx)) {
            run.left = run.taken.filter(({ jobId }) => jobIds.includes(jobId));
            if (isTransactional) await this.backend.giveBack(run.left, tx);
          }
        },
      });
      isCommitted = true;
      return result;
    } finally {
      // Inside of Postgres a transaction settles by itself.
      if (!isCommitted) this.backend.noteRollback?.();
      const last = runs.at(-1)?.tx;
      for (const { tx, taken, left } of isTransactional ? [] : runs) {
        const isDone = isCommitted && tx === last;
        await this.#settle(isDone ? taken.filter((job) => !left.includes(job)) : taken, isDone);
        if (isDone) await this.#settle(left, false);
      }
    }
  }

  /** Where the backend cannot list, in the order of Postgres; it is counted there as well. */
  list(limit: number, offset: number): Promise<QueueItem[]> {
    if (!this.can('list')) return this.changes.listQueued(limit, offset);
    return this.#ask(() => this.backend.list(limit, offset));
  }

  stats(): Promise<QueueStats> {
    if (!this.can('list')) return this.changes.countQueued();
    return this.#ask(() => this.backend.stats());
  }

  /** A backend that does not hear of this offers the jobs again after a while, and Postgres does not confirm them. */
  async #settle(taken: readonly TakenJob[], isDone: boolean): Promise<void> {
    if (taken.length === 0) return;
    try {
      await (isDone ? this.backend.acknowledge(taken) : this.backend.giveBack(taken));
    } catch (error) {
      this.logger.warn('the queue backend did not hear what became of taken jobs', {
        jobs: taken.length,
        claimed: isDone,
        error,
      });
    }
  }

  async #ask<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      throw new AppError('QUEUE_UNAVAILABLE', `The queue backend ${this.backendId} does not answer.`, {
        cause: error,
        retryAfterS: 1,
      });
    }
  }

  async #note(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    await this.changes.note(tx, jobIds);
    await this.notifications.notify(tx, queueChangedChannel);
  }
}

/** Channel that tells of rows in `queue_changes`. */
export const queueChangedChannel = 'queue_changed';
