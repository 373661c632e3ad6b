import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock, Database } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { JobsRepository } from './jobs.repository.ts';
import { toOffer } from './settle-jobs.ts';

const batch = 500;

/** Calls up jobs whose wait is over. Several controllers share the work: rows that another holds are skipped. */
@Injectable()
export class ReleaseWaiting {
  #running = false;

  constructor(
    private readonly database: Database,
    private readonly jobs: JobsRepository,
    private readonly queue: QueueGateway,
    private readonly clock: Clock,
  ) {}

  @Interval(1000)
  async tick(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      await this.release();
    } finally {
      this.#running = false;
    }
  }

  async release(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const released = await this.jobs.releaseWaiting(tx, this.clock.now(), batch);
      await this.queue.offer(tx, released.map(toOffer));
      return released.length;
    });
  }
}
