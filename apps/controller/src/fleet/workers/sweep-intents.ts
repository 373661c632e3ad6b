import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock, NotificationBus } from '../../platform/index.ts';
import { IntentsRepository } from './intents.repository.ts';
import { workerIntentChannel } from './worker-intents.ts';

/**
 * Writes down pauses and quarantines that ended, and wakes the claims that wait for it. They are over for everybody from
 * their moment on (`effectiveIntent`); this makes the rows say so.
 */
@Injectable()
export class SweepIntents {
  readonly #logger: StructuredLogger;

  constructor(
    logger: StructuredLogger,
    private readonly intents: IntentsRepository,
    private readonly notifications: NotificationBus,
    private readonly clock: Clock,
  ) {
    this.#logger = logger.child({ component: 'workers' });
  }

  @Interval(1000)
  async tick(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#logger.warn('ended pauses and quarantines could not be written down and will be later', {
        error,
      });
    }
  }

  async sweep(): Promise<void> {
    const ended = await this.intents.transaction(async (tx) => {
      const over = await this.intents.endOver(tx, this.clock.now());
      for (const id of new Set([...over.pauses, ...over.quarantines]))
        await this.notifications.notify(tx, workerIntentChannel, id);
      return over;
    });
    for (const id of ended.pauses) this.#logger.info('a pause ended by its time', { worker_id: id });
    for (const id of ended.quarantines)
      this.#logger.info('a quarantine ended by its time', { worker_id: id });
  }
}
