import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock, Database, EventBus, Metrics, queueSection, ShutdownSignal } from '../../platform/index.ts';
import { OfferChanges } from './offer-changes.ts';
import { QueueChangesRepository } from './queue-changes.repository.ts';
import { QueueGateway } from './queue-gateway.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    'queue.mended': Mended;
  }
}

export interface Mended {
  readonly backend: string;
  /** Queued jobs that the backend did not have, and has now. */
  readonly lost: number;
  /** Items of the backend that were no queued job any more, and are withdrawn. */
  readonly stale: number;
}

const batch = 500;

/**
 * Compares the queue backend with the jobs that are queued and puts it right from there (decision 8): at the start,
 * every `QUEUE_RECONCILE_S`, and when the backend is back. What Postgres keeps in its own transactions is compared at
 * the start only, after another backend may have been in use.
 */
@Injectable()
export class ReconcileQueue implements OnApplicationBootstrap {
  readonly #everyMs: number;
  readonly #logger: StructuredLogger;
  readonly #mended;
  #stale: ReadonlySet<string> = new Set();
  #dueAt = Number.POSITIVE_INFINITY;
  #isRunning = false;

  constructor(
    config: LoadedConfig,
    logger: StructuredLogger,
    metrics: Metrics,
    private readonly database: Database,
    private readonly changes: QueueChangesRepository,
    private readonly gateway: QueueGateway,
    private readonly offerChanges: OfferChanges,
    private readonly events: EventBus,
    private readonly clock: Clock,
    private readonly shutdown: ShutdownSignal,
  ) {
    this.#everyMs = config.get(queueSection).QUEUE_RECONCILE_S * 1000;
    this.#logger = logger.child({ component: 'queue' });
    this.#mended = metrics.counter({
      name: 'queue_mended_total',
      help: 'Items of the queue backend that were put right from Postgres: lost or stale.',
      labels: ['kind'],
    });
  }

  onApplicationBootstrap(): void {
    this.offerChanges.onBack(() => (this.#dueAt = 0));
    this.#dueAt = 0;
  }

  @Interval(1000)
  async tick(): Promise<void> {
    if (this.#isRunning || this.clock.now().getTime() < this.#dueAt) return;
    this.#isRunning = true;
    this.#dueAt = this.gateway.can('transactional')
      ? Number.POSITIVE_INFINITY
      : this.clock.now().getTime() + this.#everyMs;
    try {
      await this.reconcile();
    } catch (error) {
      this.#logger.warn('the queue backend could not be compared with the jobs', { error });
      this.#dueAt = this.clock.now().getTime() + Math.min(this.#everyMs, 5000);
    } finally {
      this.#isRunning = false;
    }
  }

  /** Says what it mended: in the log, in `queue_mended_total`, by the event `queue.mended`. */
  async reconcile(): Promise<Mended> {
    const mended: Mended = {
      backend: this.gateway.backendId,
      lost: await this.#offerLost(),
      stale: await this.#withdrawStale(),
    };
    if (mended.lost > 0) this.#mended.inc({ kind: 'lost' }, mended.lost);
    if (mended.stale > 0) this.#mended.inc({ kind: 'stale' }, mended.stale);
    if (mended.lost + mended.stale > 0) {
      this.#logger.warn('the queue backend was put right from Postgres', { ...mended });
      this.events.publishAfterCommit('queue.mended', mended);
    }
    return mended;
  }

  async #offerLost(): Promise<number> {
    let count = 0;
    for (let after = ''; !this.shutdown.isStopping;) {
      const page = await this.changes.listQueuedBehind(after, batch);
      const last = page.at(-1);
      if (last === undefined) return count;
      after = last.jobId;
      const missing = await this.gateway.backend.findMissing(page);
      if (missing.length > 0) count += await this.#offerAgain(missing);
    }
    return count;
  }

  #offerAgain(missing: readonly string[]): Promise<number> {
    return this.database.transaction(async (tx) => {
      // One that was claimed since the page was read is not lost; a change that waits is not, either.
      const offers = await this.changes.lockQueued(tx, missing);
      await this.gateway.backend.offer(offers, tx);
      await this.gateway.wake(tx, offers);
      return offers.length;
    });
  }

  /**
   * A claim tells the backend after its commit, so that for a moment each claimed job looks stale: only what was so at
   * the comparison before as well is withdrawn.
   */
  async #withdrawStale(): Promise<number> {
    const found = new Set<string>();
    let count = 0;
    for await (const ids of this.gateway.backend.known()) {
      if (this.shutdown.isStopping) return count;
      const stale = await this.changes.findUnqueued(ids);
      const again = stale.filter((id) => this.#stale.has(id) || this.gateway.can('transactional'));
      for (const id of stale) found.add(id);
      if (again.length === 0) continue;
      count += await this.database.transaction(async (tx) => {
        const locked = await this.changes.lockUnqueued(tx, again);
        await this.gateway.backend.withdraw(locked, tx);
        return locked.length;
      });
    }
    this.#stale = found;
    return count;
  }
}
