import { heartbeatSchema, type Heartbeat } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock, Metrics, toStorableJson } from '../../platform/index.ts';
import { WorkersRepository, type ReceivedHeartbeat } from './workers.repository.ts';

/** Shortest interval of heartbeats in seconds, and how many workers each further second carries. */
const leastIntervalS = 10;
const workersPerSecond = 1000;

/** A heartbeat is fresh for three intervals. */
export const staleAfterIntervals = 3;

/** Heartbeats live here and are written down once a second in one statement (decision 6). */
@Injectable()
export class Heartbeats implements BeforeApplicationShutdown {
  readonly #pending = new Map<string, ReceivedHeartbeat>();
  readonly #received;
  readonly #logger: StructuredLogger;
  #workers = 0;
  #flushing: Promise<void> | null = null;

  constructor(
    private readonly repository: WorkersRepository,
    private readonly clock: Clock,
    metrics: Metrics,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'workers' });
    this.#received = metrics.counter({ name: 'heartbeats_total', help: 'Heartbeats received from workers.' });
  }

  get intervalS(): number {
    return Math.max(leastIntervalS, Math.ceil(this.#workers / workersPerSecond));
  }

  receive(workerId: string, heartbeat: Heartbeat, remoteAddr: string | null = null): void {
    this.#received.inc();
    this.#pending.set(workerId, {
      workerId,
      at: this.clock.now(),
      heartbeat: heartbeatSchema.parse(toStorableJson(heartbeat)),
      remoteAddr,
    });
  }

  /** The newest heartbeat that is not written down yet. */
  latest(workerId: string): ReceivedHeartbeat | undefined {
    return this.#pending.get(workerId);
  }

  /** Workers with a heartbeat that is not written down yet. */
  pendingWorkers(): string[] {
    return [...this.#pending.keys()];
  }

  /** Until when a heartbeat counts as fresh: older ones are stale. */
  freshSince(): Date {
    return new Date(this.clock.now().getTime() - staleAfterIntervals * this.intervalS * 1000);
  }

  /** Nothing is lost when the database is away: what could not be written down is tried again. */
  @Interval(1000)
  flush(): Promise<void> {
    this.#flushing ??= this.#flush()
      .catch((error: unknown) => {
        this.#logger.warn('heartbeats could not be written down and will be tried again', { error });
      })
      .finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  @Interval(15_000)
  async countWorkers(): Promise<void> {
    try {
      this.#workers = await this.repository.countLive();
    } catch (error) {
      this.#logger.warn('the workers could not be counted; the interval of heartbeats stays', { error });
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  async #flush(): Promise<void> {
    const batch = [...this.#pending.values()];
    if (batch.length === 0) return;
    await this.repository.saveHeartbeats(batch);
    for (const beat of batch)
      if (this.#pending.get(beat.workerId) === beat) this.#pending.delete(beat.workerId);
  }
}
