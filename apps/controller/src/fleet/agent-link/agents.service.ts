import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  Clock,
  Database,
  EventBus,
  SigningKeys,
  type SigningKey,
  type SigningKeyDirectory,
  type SqlExecutor,
} from '../../platform/index.ts';
import { AgentsRepository } from './agents.repository.ts';
import { LinkNotices } from './link-notices.ts';

/** The agents as others know them: their keys, and their end. */
@Injectable()
export class AgentsService implements SigningKeyDirectory, OnModuleInit {
  readonly #logger: StructuredLogger;

  constructor(
    private readonly agents: AgentsRepository,
    private readonly notices: LinkNotices,
    private readonly database: Database,
    private readonly keys: SigningKeys,
    private readonly events: EventBus,
    private readonly clock: Clock,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'agent-link' });
  }

  onModuleInit(): void {
    this.keys.bind('agent', this);
    this.events.on('server.archived', async ({ agentId }) => {
      if (agentId !== null) await this.revoke(agentId);
    });
  }

  async findKey(agentId: string): Promise<SigningKey | null> {
    const row = await this.agents.find(agentId);
    return (
      row && {
        id: row.id,
        name: row.server_name,
        publicKey: row.public_key,
        refusal: row.revoked_at !== null ? 'revoked' : row.cloned_at !== null ? 'cloned' : null,
      }
    );
  }

  /** Cuts an agent off at once, on whichever controller it is connected. */
  async revoke(agentId: string): Promise<void> {
    await this.database.transaction((tx) => this.revokeWithin(tx, agentId));
    this.#logger.info('an agent was revoked', { agent_id: agentId });
  }

  /** The same as a part of a larger transaction; its sockets are closed once that has committed. */
  async revokeWithin(tx: SqlExecutor, agentId: string): Promise<void> {
    await this.agents.revoke(tx, agentId, this.clock.now());
    await this.notices.tellCut(tx, agentId, 'revoked');
  }
}
