import { Injectable } from '@nestjs/common';
import type { summarySchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { EventsRepository, toEventView } from '../../work/history/index.ts';
import { QueueGateway } from '../../work/queue/index.ts';

/** Window of the status counts: one day. */
const summaryWindowS = 86_400;

/** How it goes at a glance (seed 001). */
@Injectable()
export class SummaryService {
  constructor(
    private readonly events: EventsRepository,
    private readonly queue: QueueGateway,
  ) {}

  async get(failureLimit: number): Promise<z.output<typeof summarySchema>> {
    const [counts, failures, queue] = await Promise.all([
      this.events.countRecentStatuses(summaryWindowS),
      this.events.list({ status: 'failed' }, { limit: failureLimit, offset: 0 }),
      this.queue.stats(),
    ]);
    return {
      window_s: summaryWindowS,
      status_counts: counts,
      recent_failures: failures.map(toEventView),
      queue: { length: queue.length, oldest_age_s: queue.oldestAgeS },
    };
  }
}
