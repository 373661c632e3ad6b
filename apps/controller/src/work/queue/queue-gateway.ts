import type { Lane, QueueBackend, QueueOffer, SqlExecutor } from '@ironwheel/plugin-kit';
import type { NotificationBus } from '../../platform/index.ts';

/** Channel that wakes waiting claims; the payload is the lane `pool platform_tag python_tag`. */
export const workAvailableChannel = 'work_available';

const laneText = (lane: Lane): string => `${lane.pool} ${lane.platformTag} ${lane.pythonTag}`;

/**
 * The controller's one door to the queue backend. The backend orders job ids; `jobs.state` holds the truth, and
 * every id that comes out is confirmed there (decision 8).
 */
export class QueueGateway {
  constructor(
    readonly backendId: string,
    private readonly backend: QueueBackend,
    private readonly notifications: NotificationBus,
  ) {}

  /** Offers jobs and wakes who waits for their lanes once `tx` commits. */
  async offer(tx: SqlExecutor, offers: readonly QueueOffer[]): Promise<void> {
    if (offers.length === 0) return;
    await this.backend.offer(offers, tx);
    for (const lane of new Set(offers.map(laneText))) {
      await this.notifications.notify(tx, workAvailableChannel, lane);
    }
  }

  take(tx: SqlExecutor, lanes: readonly Lane[], max: number): Promise<string[]> {
    return this.backend.take(lanes, max, tx);
  }

  withdraw(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
    return this.backend.withdraw(jobIds, tx);
  }

  list(limit: number, offset: number): Promise<{ readonly jobId: string; readonly enqueuedAt: number }[]> {
    return this.backend.list(limit, offset);
  }

  stats(): Promise<{ readonly length: number; readonly oldestAgeS: number | null }> {
    return this.backend.stats();
  }
}
