import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  Clock,
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
  constructor(
    private readonly agents: AgentsRepository,
    private readonly notices: LinkNotices,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.keys.bind('agent', this);
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

  /** Cuts an agent off, on whichever controller it is connected: its sockets are closed once `tx` has committed. */
  async revoke(tx: SqlExecutor, agentId: string): Promise<void> {
    await this.agents.revoke(tx, agentId, this.clock.now());
    await this.notices.tellCut(tx, agentId, 'revoked');
  }
}
