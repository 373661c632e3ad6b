import type { AgentMessage, HostLoad } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

export type AgentHello = Extract<AgentMessage, { type: 'agent:hello' }>;
export type AgentState = AgentHello['state'];

export interface AgentRow {
  readonly id: string;
  readonly server_id: string;
  readonly server_name: string;
  readonly pool: string;
  readonly public_key: string;
  readonly machine_id: string | null;
  readonly revoked_at: Date | null;
  readonly cloned_at: Date | null;
}

export interface ReceivedBeat {
  readonly agentId: string;
  readonly at: Date;
  readonly state: AgentState;
  /** Null when only the state of the units is told. */
  readonly load: HostLoad | null;
}

/** Why a hello was refused, for the problems of the server. */
export interface LinkProblem {
  readonly code: 'CLOCK_OFFSET' | 'AGENT_CLONED' | 'PROTOCOL_UNSUPPORTED';
  readonly text: string;
}

/** All SQL on `agents`, and the quarantine of the workers beside an agent whose key two machines have. */
@Injectable()
export class AgentsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<AgentRow | null> {
    const [row] = await this.database.query<AgentRow>(
      `SELECT agents.id, server_id, servers.name AS server_name, pool, public_key, machine_id, revoked_at, cloned_at
       FROM agents JOIN servers ON servers.id = agents.server_id WHERE agents.id = $1`,
      [id],
    );
    return row ?? null;
  }

  async countLive(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM agents WHERE revoked_at IS NULL',
    );
    return row?.count ?? 0;
  }

  /** Notes who it is now. False when it was revoked or found to be cloned meanwhile. */
  async noteHello(
    tx: SqlExecutor,
    hello: AgentHello,
    agentId: string,
    remoteAddr: string,
    at: Date,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE agents SET hostname = $2, version = $3, boot_id = $4, remote_addr = $5, last_seen_at = $6, state = $7,
         machine_id = coalesce(machine_id, $8), link_problem = NULL
       WHERE id = $1 AND revoked_at IS NULL AND cloned_at IS NULL RETURNING id`,
      [
        agentId,
        hello.hostname,
        hello.version,
        hello.boot_id,
        remoteAddr,
        at,
        JSON.stringify(hello.state),
        hello.machine_id,
      ],
    );
    return rows.length > 0;
  }

  async noteProblem(agentId: string, problem: LinkProblem, at: Date): Promise<void> {
    await this.database.query('UPDATE agents SET link_problem = $2 WHERE id = $1', [
      agentId,
      JSON.stringify({ ...problem, at }),
    ]);
  }

  /** One statement for all beats since the last flush; an older one never overwrites a newer. */
  async saveBeats(beats: readonly ReceivedBeat[]): Promise<void> {
    await this.database.query(
      `UPDATE agents SET last_seen_at = beat.at, state = beat.state, load = coalesce(beat.load, agents.load)
       FROM jsonb_to_recordset($1::jsonb) AS beat (id text, at timestamptz, state jsonb, load jsonb)
       WHERE agents.id = beat.id AND (last_seen_at IS NULL OR last_seen_at <= beat.at)`,
      [JSON.stringify(beats.map(({ agentId, at, state, load }) => ({ id: agentId, at, state, load })))],
    );
  }

  async revoke(tx: SqlExecutor, agentId: string, at: Date): Promise<void> {
    await tx.query('UPDATE agents SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1', [agentId, at]);
  }

  /** False when that was known already. */
  async markCloned(tx: SqlExecutor, agentId: string, reason: string, at: Date): Promise<boolean> {
    const [agent] = await tx.query<{ server_id: string }>(
      'UPDATE agents SET cloned_at = $2, link_problem = $3 WHERE id = $1 AND cloned_at IS NULL RETURNING server_id',
      [agentId, at, JSON.stringify({ code: 'AGENT_CLONED', text: reason, at })],
    );
    if (agent === undefined) return false;
    // Until an operator lifts it: no time mends a copied key.
    await tx.query(
      `UPDATE workers SET quarantined_at = $2, quarantine_kind = 'automatic', quarantine_reason = $3, quarantine_until = NULL
       WHERE server_id = $1 AND revoked_at IS NULL
         AND (quarantined_at IS NULL OR quarantine_kind = 'automatic')`,
      [agent.server_id, at, reason],
    );
    return true;
  }

  /** Which of these were revoked or found to be cloned. */
  async findCutOff(agentIds: readonly string[]): Promise<{ id: string; cut: 'revoked' | 'cloned' }[]> {
    return this.database.query<{ id: string; cut: 'revoked' | 'cloned' }>(
      `SELECT id, CASE WHEN revoked_at IS NOT NULL THEN 'revoked' ELSE 'cloned' END AS cut FROM agents
       WHERE id = ANY ($1) AND (revoked_at IS NOT NULL OR cloned_at IS NOT NULL)`,
      [agentIds],
    );
  }
}
