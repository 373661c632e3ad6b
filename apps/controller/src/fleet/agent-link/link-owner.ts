import { randomUUID } from 'node:crypto';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ShutdownSignal } from '../../platform/index.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentConnections } from './agent-connections.ts';
import { LinksRepository } from './links.repository.ts';

/**
 * Who holds which socket, for all controllers of one database.
 *
 * Each process has a random id and shows itself alive in `link_controllers` every ten seconds. A controller that was not
 * seen for 45 s is dead, and any other one sweeps its links. Was it only cut off from the database, it finds its own row
 * gone when it comes back, and puts the links of the sockets that it still holds there again, with their old epochs: where
 * another controller has the agent by now, that one's epoch is higher and stays.
 */
@Injectable()
export class LinkOwner implements OnModuleInit {
  readonly id = randomUUID();
  readonly #logger: StructuredLogger;
  #released: { agentId: string; epoch: number }[] = [];

  constructor(
    private readonly links: LinksRepository,
    private readonly connections: AgentConnections,
    private readonly shutdown: ShutdownSignal,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'agent-link' });
  }

  async onModuleInit(): Promise<void> {
    await this.links.showAlive(this.id);
    await this.links.sweepDead();
  }

  /** Its row goes with the next flush, by its own epoch. */
  release({ agentId, epoch }: Pick<AgentConnection, 'agentId' | 'epoch'>): void {
    if (epoch > 0) this.#released.push({ agentId, epoch });
  }

  @Interval(1000)
  async flush(): Promise<void> {
    if (this.#released.length === 0 || this.shutdown.isStopping) return;
    const batch = this.#released;
    this.#released = [];
    try {
      await this.links.remove(batch);
    } catch (error) {
      this.#released.push(...batch);
      this.#logger.warn('links could not be removed and will be tried again', { error });
    }
  }

  @Interval(10_000)
  async showAlive(): Promise<void> {
    if (this.shutdown.isStopping) return;
    try {
      if (await this.links.showAlive(this.id)) await this.links.restore(this.id, this.connections.held());
      const swept = await this.links.sweepDead();
      if (swept > 0) this.#logger.info('links of a controller that is gone were swept', { links: swept });
    } catch (error) {
      this.#logger.warn('this controller could not be shown alive; it is tried again', { error });
    }
  }

  /** At the end: nothing of ours is left. */
  async leave(): Promise<void> {
    await this.links.leave(this.id);
  }
}
