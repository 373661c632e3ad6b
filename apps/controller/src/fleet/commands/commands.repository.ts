import type { CheckResult, CommandState, CommandVerb, HostCheck } from '@ironwheel/contracts';
import { commandStatesBefore } from '@ironwheel/decisions';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { CommandRow, CommandTarget } from './command.row.ts';

export interface NewCommand {
  readonly id: string;
  readonly serverId: string;
  readonly agentId: string;
  readonly verb: CommandVerb;
  readonly checks: readonly HostCheck[] | null;
  readonly actor: string;
  readonly reason: string | null;
  /** Seconds from now; null: not held. */
  readonly holdS: number | null;
  readonly expiresS: number;
}

export interface CommandEnd {
  readonly to: Extract<CommandState, 'succeeded' | 'failed' | 'expired'>;
  readonly detail: string | null;
  readonly endedAttempts?: readonly string[];
  readonly results?: readonly CheckResult[] | null;
}

/** All SQL on `commands`, with the generation of servers and the hold on grants that a stop puts on workers. */
@Injectable()
export class CommandsRepository {
  constructor(private readonly database: Database) {}

  /** By id or name. */
  async findTarget(server: string): Promise<CommandTarget | null> {
    const [row] = await this.database.query<CommandTarget>(
      `SELECT servers.id AS server_id, servers.name AS server_name, servers.archived_at, agents.id AS agent_id,
         agents.last_seen_at, link_controllers.id IS NOT NULL AS is_connected
       FROM servers
       LEFT JOIN agents ON agents.server_id = servers.id AND agents.revoked_at IS NULL
       LEFT JOIN agent_links ON agent_links.agent_id = agents.id
       LEFT JOIN link_controllers ON link_controllers.id = agent_links.controller_id
       WHERE servers.id = $1 OR servers.name = $1 ORDER BY servers.id = $1 DESC LIMIT 1`,
      [server],
    );
    return row ?? null;
  }

  async workersOf(serverId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM workers WHERE server_id = $1 AND revoked_at IS NULL ORDER BY id',
      [serverId],
    );
    return rows.map((row) => row.id);
  }

  /** With the next generation of its server, whose row stays locked until the end. */
  async insert(tx: SqlExecutor, command: NewCommand): Promise<CommandRow> {
    const [row] = await tx.query<CommandRow>(
      `WITH next AS (UPDATE servers SET generation = generation + 1 WHERE id = $2 RETURNING generation)
       INSERT INTO commands (id, server_id, agent_id, generation, verb, checks, state, actor, reason, hold_until, expires_at)
       SELECT $1, $2, $3, generation, $4, $5, 'issued', $6, $7,
         now() + make_interval(secs => $8), now() + make_interval(secs => $9) FROM next RETURNING *`,
      [
        command.id,
        command.serverId,
        command.agentId,
        command.verb,
        command.checks === null ? null : JSON.stringify(command.checks),
        command.actor,
        command.reason,
        command.holdS,
        command.expiresS,
      ],
    );
    if (row === undefined) throw new Error(`the server ${command.serverId} is gone`);
    return row;
  }

  /** Older lifecycle commands that are not on their way yet give way to this one. */
  async supersede(
    tx: SqlExecutor,
    newer: Pick<CommandRow, 'id' | 'server_id' | 'generation' | 'verb'>,
  ): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE commands SET state = 'superseded', finished_at = now(), hold_until = NULL, detail = $4
       WHERE server_id = $1 AND generation < $2 AND state = ANY ($3) AND verb IN ('start', 'stop', 'restart') RETURNING id`,
      [
        newer.server_id,
        newer.generation,
        commandStatesBefore('superseded'),
        `A newer ${newer.verb} took its place.`,
      ],
    );
    return rows.map((row) => row.id);
  }

  async find(id: string): Promise<CommandRow | null> {
    const [row] = await this.database.query<CommandRow>('SELECT * FROM commands WHERE id = $1', [id]);
    return row ?? null;
  }

  async list(
    serverId: string,
    limit: number,
    offset: number,
  ): Promise<{ rows: CommandRow[]; total: number }> {
    const rows = await this.database.query<CommandRow>(
      'SELECT * FROM commands WHERE server_id = $1 ORDER BY generation DESC LIMIT $2 OFFSET $3',
      [serverId, limit, offset],
    );
    const [count] = await this.database.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM commands WHERE server_id = $1',
      [serverId],
    );
    return { rows, total: count?.total ?? 0 };
  }

  /**
   * Commands of these agents that may be delivered, in the order of their generations; they count as delivered from now
   * on. One statement, so that what a newer command has superseded is never among them.
   */
  async takeDeliverable(agentIds: readonly string[]): Promise<CommandRow[]> {
    return this.database.query<CommandRow>(
      `WITH taken AS (
         UPDATE commands SET state = 'delivered', delivered_at = coalesce(delivered_at, now())
         WHERE agent_id = ANY ($1) AND state = ANY ($2) AND hold_until IS NULL AND expires_at > now() RETURNING *
       ) SELECT * FROM taken ORDER BY server_id, generation`,
      [agentIds, [...commandStatesBefore('delivered'), 'delivered']],
    );
  }

  async markAccepted(tx: SqlExecutor, id: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE commands SET state = 'accepted', accepted_at = now(), delivered_at = coalesce(delivered_at, now())
       WHERE id = $1 AND state = ANY ($2) RETURNING id`,
      [id, commandStatesBefore('accepted')],
    );
    return rows.length > 0;
  }

  /** False when it had ended already. */
  async end(
    tx: SqlExecutor,
    id: string,
    { to, detail, endedAttempts, results }: CommandEnd,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE commands SET state = $2, finished_at = now(), detail = $3, ended_attempts = $4, results = $5, hold_until = NULL
       WHERE id = $1 AND state = ANY ($6) RETURNING id`,
      [
        id,
        to,
        detail,
        endedAttempts ?? [],
        results === undefined || results === null ? null : JSON.stringify(results),
        commandStatesBefore(to),
      ],
    );
    return rows.length > 0;
  }

  /** Held commands, for the look whether what they wait for has ended. */
  async held(): Promise<(Pick<CommandRow, 'id' | 'server_id' | 'verb'> & { readonly is_over: boolean })[]> {
    return this.database.query(
      `SELECT id, server_id, verb, hold_until <= now() AS is_over FROM commands
       WHERE state = 'issued' AND hold_until IS NOT NULL AND expires_at > now() ORDER BY id LIMIT 500`,
    );
  }

  /** It waits no longer; null when another controller was quicker, or it had ended. */
  async unhold(tx: SqlExecutor, id: string, expiresS: number): Promise<CommandRow | null> {
    const [row] = await tx.query<CommandRow>(
      `UPDATE commands SET hold_until = NULL, expires_at = now() + make_interval(secs => $2)
       WHERE id = $1 AND state = 'issued' AND hold_until IS NOT NULL RETURNING *`,
      [id, expiresS],
    );
    return row ?? null;
  }

  /** Commands whose time is over, accepted ones of which nothing was heard included. */
  async overdue(reportWithinS: number): Promise<Pick<CommandRow, 'id' | 'server_id' | 'state'>[]> {
    return this.database.query(
      `SELECT id, server_id, state FROM commands
       WHERE (state IN ('issued', 'delivered') AND expires_at < now())
         OR (state = 'accepted' AND accepted_at < now() - make_interval(secs => $1)) LIMIT 500`,
      [reportWithinS],
    );
  }

  /** After `holdGrants`: whatever was granted before it was claimed before this time, though its transaction began later than ours. */
  async markHeld(tx: SqlExecutor, id: string): Promise<void> {
    await tx.query('UPDATE commands SET accepted_at = clock_timestamp() WHERE id = $1', [id]);
  }

  /** Nothing is granted to the workers of a server meanwhile. What is wanted of them stays as it is. */
  async holdGrants(tx: SqlExecutor, serverId: string, forS: number): Promise<void> {
    await tx.query(
      // Waits for claims that are being granted (their key share locks), so that none of before it comes to light later.
      `WITH locked AS (SELECT id FROM workers WHERE server_id = $1 AND revoked_at IS NULL ORDER BY id FOR UPDATE)
       UPDATE workers SET stopping_until = greatest(stopping_until, now() + make_interval(secs => $2))
       FROM locked WHERE workers.id = locked.id`,
      [serverId, forS],
    );
  }

  /** Unless another command still stops them. Returns whose grants go on. */
  async releaseGrants(tx: SqlExecutor, serverId: string): Promise<string[]> {
    // First, and by itself: a command that is being issued holds them, and only a statement that begins after it sees it.
    await tx.query(
      'SELECT id FROM workers WHERE server_id = $1 AND stopping_until IS NOT NULL ORDER BY id FOR UPDATE',
      [serverId],
    );
    const rows = await tx.query<{ id: string }>(
      `UPDATE workers SET stopping_until = NULL WHERE server_id = $1 AND stopping_until IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM commands WHERE commands.server_id = $1 AND verb IN ('stop', 'restart')
           AND state IN ('issued', 'delivered', 'accepted')) RETURNING id`,
      [serverId],
    );
    return rows.map((row) => row.id);
  }
}
