import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { StructuredLogger } from '@ironwheel/logging';
import { randomUUID } from 'node:crypto';
import { QueueChangesRepository } from './queue-changes.repository.ts';
import { QueueGateway } from './queue-gateway.ts';

/** A controller that was not seen for this long is not there any more, in seconds. */
const aliveS = 30;

/**
 * Controllers on one database use one queue: what one offers in a queue of its own, the others never find. A second
 * controller with another queue does not start.
 */
@Injectable()
export class QueuePeers implements OnModuleInit, OnApplicationShutdown {
  readonly #id = randomUUID();
  readonly #logger: StructuredLogger;
  #isIn = false;

  constructor(
    logger: StructuredLogger,
    private readonly changes: QueueChangesRepository,
    private readonly gateway: QueueGateway,
  ) {
    this.#logger = logger.child({ component: 'queue' });
  }

  async onModuleInit(): Promise<void> {
    const other = await this.#note();
    if (other !== null) {
      await this.changes.forgetController(this.#id);
      throw new Error(
        `Another controller on this database uses another queue (QUEUE_BACKEND=${other.backend}). Give all controllers the ` +
          `same queue, shared by all of them; a file is shared on one host only. After a change of the queue stop them all; ` +
          `one that was killed counts for ${aliveS} s.`,
      );
    }
    this.#isIn = true;
  }

  @Interval(10_000)
  async tick(): Promise<void> {
    if (!this.#isIn) return;
    const other = await this.#note().catch((error: unknown) => {
      this.#logger.warn('the queue of this controller could not be noted', { error });
      return null;
    });
    if (other !== null) {
      this.#logger.error('another controller on this database uses another queue', {
        backend: other.backend,
      });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.#isIn) return;
    this.#isIn = false;
    await this.changes.forgetController(this.#id).catch((error: unknown) => {
      this.#logger.warn('the queue of this controller is still noted', { error });
    });
  }

  #note(): Promise<{ readonly backend: string } | null> {
    const { backendId: backend } = this.gateway;
    return this.changes.noteController({ id: this.#id, backend, place: this.gateway.backend.place }, aliveS);
  }
}
