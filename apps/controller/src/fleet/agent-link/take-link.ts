import { Injectable } from '@nestjs/common';
import { Clock, Database } from '../../platform/index.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentsRepository, type AgentHello } from './agents.repository.ts';
import { LinkOwner } from './link-owner.ts';
import { LinksRepository, type TakenLink } from './links.repository.ts';

/** Notes who the agent is now, and that this controller holds its socket, in one transaction. */
@Injectable()
export class TakeLink {
  constructor(
    private readonly database: Database,
    private readonly agents: AgentsRepository,
    private readonly links: LinksRepository,
    private readonly owner: LinkOwner,
    private readonly clock: Clock,
  ) {}

  /** Null when the agent was cut off meanwhile. */
  take({ agentId, remoteAddr }: AgentConnection, hello: AgentHello): Promise<TakenLink | null> {
    return this.database.transaction(async (tx) => {
      const isGood = await this.agents.noteHello(tx, hello, agentId, remoteAddr, this.clock.now());
      return isGood ? this.links.take(tx, agentId, this.owner.id, remoteAddr) : null;
    });
  }
}
