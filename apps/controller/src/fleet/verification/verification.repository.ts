import type { ProcessState, UnitFacts, VerificationView } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

/** A server with its live agent and that one's link; all of the latter null where there is none. */
export interface VerifiedServerRow {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly archived_at: Date | null;
  readonly verification: VerificationView | null;
  readonly agent_id: string | null;
  readonly last_seen_at: Date | null;
  readonly cloned_at: Date | null;
  readonly state: { readonly process_state: ProcessState; readonly units: readonly UnitFacts[] } | null;
  readonly connected_at: Date | null;
}

/** Reads what a verification looks at, and keeps the last one. */
@Injectable()
export class VerificationRepository {
  constructor(private readonly database: Database) {}

  /** By id or by name. */
  async find(idOrName: string): Promise<VerifiedServerRow | null> {
    const [row] = await this.database.query<VerifiedServerRow>(
      `SELECT servers.id, servers.name, servers.pool, servers.archived_at, servers.verification,
         agents.id AS agent_id, agents.last_seen_at, agents.cloned_at, agents.state, agent_links.connected_at
       FROM servers
       LEFT JOIN agents ON agents.server_id = servers.id AND agents.revoked_at IS NULL
       LEFT JOIN agent_links ON agent_links.agent_id = agents.id
       WHERE servers.id = $1 OR servers.name = $1 ORDER BY servers.id = $1 DESC LIMIT 1`,
      [idOrName],
    );
    return row ?? null;
  }

  async save(serverId: string, verification: VerificationView): Promise<void> {
    await this.database.query('UPDATE servers SET verification = $2::jsonb WHERE id = $1', [
      serverId,
      JSON.stringify(verification),
    ]);
  }
}
