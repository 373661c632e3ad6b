import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database, NotificationBus, ShutdownSignal } from '../../platform/index.ts';
import { QueueChangesRepository } from './queue-changes.repository.ts';
import { queueChangedChannel, QueueGateway } from './queue-gateway.ts';

const batch = 1000;

/**
 * Carries what transactions noted in `queue_changes` over to a backend outside of Postgres: a job that is queued is
 * offered, any other withdrawn. A note says only that something changed; what is true is read when it is carried over.
 */
@Injectable()
export class OfferChanges implements OnApplicationBootstrap {
  readonly #logger: StructuredLogger;
  readonly #onBack = new Set<() => void>();
  #isReady = false;
  #isRunning = false;
  #isWanted = false;
  #isAway = false;

  constructor(
    logger: StructuredLogger,
    private readonly database: Database,
    private readonly notifications: NotificationBus,
    private readonly changes: QueueChangesRepository,
    private readonly gateway: QueueGateway,
    private readonly shutdown: ShutdownSignal,
  ) {
    this.#logger = logger.child({ component: 'queue' });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.gateway.can('transactional')) return;
    await this.notifications.listen(queueChangedChannel, () => void this.tick());
    this.#isReady = true;
    await this.tick();
  }

  /** Calls `handler` when the backend answers again after it did not. */
  onBack(handler: () => void): void {
    this.#onBack.add(handler);
  }

  /** Also for notes whose notification was lost, and after the backend was away. */
  @Interval(1000)
  async tick(): Promise<void> {
    this.#isWanted = true;
    if (!this.#isReady || this.#isRunning) return;
    this.#isRunning = true;
    try {
      do {
        this.#isWanted = false;
        while (!this.shutdown.isStopping && (await this.carryOver()) === batch);
      } while (this.#isStillWanted());
      this.#note(null);
    } catch (error) {
      this.#note(error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** One batch; returns how many jobs it looked at. */
  carryOver(): Promise<number> {
    return this.database.transaction(async (tx) => {
      if (!(await this.changes.lock(tx))) return 0;
      const jobIds = await this.changes.takeChanges(tx, batch);
      if (jobIds.length === 0) return 0;
      const offers = await this.changes.listOffers(tx, jobIds);
      const queued = new Set(offers.map(({ jobId }) => jobId));
      await this.gateway.backend.withdraw(jobIds.filter((id) => !queued.has(id)));
      await this.gateway.backend.offer(offers);
      await this.gateway.wake(tx, offers);
      return jobIds.length;
    });
  }

  /** Set by calls that came while the last batch was carried over. */
  #isStillWanted(): boolean {
    return this.#isWanted && !this.shutdown.isStopping;
  }

  #note(failure: unknown): void {
    if (failure !== null && !this.#isAway) {
      this.#logger.warn('the queue backend does not take changes; they wait', { error: failure });
    }
    if (failure === null && this.#isAway) {
      this.#logger.info('the queue backend takes changes again');
      for (const handler of this.#onBack) handler();
    }
    this.#isAway = failure !== null;
  }
}
