import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

export interface HeldLink {
  readonly agentId: string;
  readonly epoch: number;
  readonly remoteAddr: string;
}

export interface TakenLink {
  readonly epoch: number;
  /** The controller that held the socket before, if it is still alive; null when nobody did. */
  readonly previous_controller: string | null;
}

/** A controller that was not heard of for this long is dead, in seconds. */
export const controllerDeadAfterS = 45;

/** All SQL on `agent_links` and `link_controllers`. */
@Injectable()
export class LinksRepository {
  constructor(private readonly database: Database) {}

  /** The socket is ours from now on: a later epoch always wins, whoever writes first. */
  async take(tx: SqlExecutor, agentId: string, controllerId: string, remoteAddr: string): Promise<TakenLink> {
    const [row] = await tx.query<TakenLink>(
      `WITH before AS (
         SELECT link_controllers.id FROM agent_links JOIN link_controllers ON link_controllers.id = agent_links.controller_id
         WHERE agent_id = $1 AND link_controllers.seen_at > now() - make_interval(secs => $4)
       ), taken AS (
         INSERT INTO agent_links (agent_id, controller_id, epoch, remote_addr)
         VALUES ($1, $2, nextval('agent_link_epochs'), $3)
         ON CONFLICT (agent_id) DO UPDATE SET controller_id = excluded.controller_id, epoch = excluded.epoch,
           remote_addr = excluded.remote_addr, connected_at = now() WHERE agent_links.epoch < excluded.epoch
         RETURNING epoch
       )
       SELECT taken.epoch, (SELECT id FROM before) AS previous_controller FROM taken`,
      [agentId, controllerId, remoteAddr, controllerDeadAfterS],
    );
    // Another socket of the same agent took a higher epoch between our sequence and our row: it wins.
    return row ?? { epoch: 0, previous_controller: null };
  }

  /** Only by their own epochs: a link that was taken over meanwhile stays. */
  async remove(links: readonly { readonly agentId: string; readonly epoch: number }[]): Promise<void> {
    if (links.length === 0) return;
    await this.database.query(
      `DELETE FROM agent_links USING unnest($1::text[], $2::bigint[]) AS gone (agent_id, epoch)
       WHERE agent_links.agent_id = gone.agent_id AND agent_links.epoch = gone.epoch`,
      [links.map(({ agentId }) => agentId), links.map(({ epoch }) => epoch)],
    );
  }

  /** Puts links back that were swept while this controller was taken for dead. */
  async restore(controllerId: string, links: readonly HeldLink[]): Promise<void> {
    if (links.length === 0) return;
    await this.database.query(
      `INSERT INTO agent_links (agent_id, controller_id, epoch, remote_addr)
       SELECT agent_id, $1, epoch, remote_addr FROM unnest($2::text[], $3::bigint[], $4::text[]) AS held (agent_id, epoch, remote_addr)
       ON CONFLICT (agent_id) DO NOTHING`,
      [
        controllerId,
        links.map(({ agentId }) => agentId),
        links.map(({ epoch }) => epoch),
        links.map(({ remoteAddr }) => remoteAddr),
      ],
    );
  }

  /** Which of these links are not the newest any more. */
  async findOutdated(links: readonly HeldLink[]): Promise<string[]> {
    const rows = await this.database.query<{ agent_id: string }>(
      `SELECT held.agent_id FROM unnest($1::text[], $2::bigint[]) AS held (agent_id, epoch)
       JOIN agent_links ON agent_links.agent_id = held.agent_id AND agent_links.epoch > held.epoch`,
      [links.map(({ agentId }) => agentId), links.map(({ epoch }) => epoch)],
    );
    return rows.map((row) => row.agent_id);
  }

  /** True when this controller was not known, or had been taken for dead. */
  async showAlive(controllerId: string): Promise<boolean> {
    const [row] = await this.database.query<{ is_new: boolean }>(
      `INSERT INTO link_controllers (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET seen_at = now()
       RETURNING xmax = 0 AS is_new`,
      [controllerId],
    );
    return row?.is_new ?? false;
  }

  /** Forgets controllers that are dead, and the links of every controller that is not known. */
  async sweepDead(): Promise<number> {
    const rows = await this.database.query<{ agent_id: string }>(
      `WITH dead AS (
         DELETE FROM link_controllers WHERE seen_at < now() - make_interval(secs => $1) RETURNING id
       )
       DELETE FROM agent_links WHERE controller_id IN (SELECT id FROM dead)
         OR NOT EXISTS (SELECT 1 FROM link_controllers WHERE link_controllers.id = agent_links.controller_id)
       RETURNING agent_id`,
      [controllerDeadAfterS],
    );
    return rows.length;
  }

  async leave(controllerId: string): Promise<void> {
    await this.database.query('DELETE FROM agent_links WHERE controller_id = $1', [controllerId]);
    await this.database.query('DELETE FROM link_controllers WHERE id = $1', [controllerId]);
  }
}
