import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { ServerListRow, ServerRow } from './server.row.ts';
import { serverColumns, serversWithState, toServersCondition, type ServerFilter } from './servers-query.ts';

export type NewServer = Pick<
  ServerRow,
  'id' | 'name' | 'pool' | 'description' | 'address' | 'labels' | 'created_by'
>;

/** All SQL on `servers`, and what an archived one takes along of `agents` and `provisioning_bundles`. */
@Injectable()
export class ServersRepository {
  constructor(private readonly database: Database) {}

  /** By name; what is named exactly as was searched for comes first. */
  async list(
    filter: ServerFilter,
    limit: number,
    offset: number,
  ): Promise<{ rows: ServerListRow[]; total: number }> {
    const { text, parameters } = toServersCondition(filter);
    const rows = await this.database.query<ServerListRow>(
      `SELECT ${serverColumns} FROM ${serversWithState} WHERE ${text}
       ORDER BY servers.name = $6 DESC, servers.name LIMIT $7 OFFSET $8`,
      [...parameters, filter.text ?? '', limit, offset],
    );
    const [count] = await this.database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM ${serversWithState} WHERE ${text}`,
      parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  async find(id: string): Promise<ServerListRow | null> {
    const [row] = await this.database.query<ServerListRow>(
      `SELECT ${serverColumns} FROM ${serversWithState} WHERE servers.id = $1`,
      [id],
    );
    return row ?? null;
  }

  async findByName(tx: SqlExecutor, name: string): Promise<ServerRow | null> {
    const [row] = await tx.query<ServerRow>('SELECT * FROM servers WHERE name = $1', [name]);
    return row ?? null;
  }

  async lock(tx: SqlExecutor, id: string): Promise<ServerRow | null> {
    const [row] = await tx.query<ServerRow>('SELECT * FROM servers WHERE id = $1 FOR UPDATE', [id]);
    return row ?? null;
  }

  /** Names are given out one after the other, so that of two of one name the second is told. */
  async lockNames(tx: SqlExecutor): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('server.name', 0))`);
  }

  async insert(tx: SqlExecutor, server: NewServer): Promise<void> {
    await tx.query(
      `INSERT INTO servers (id, name, pool, description, address, labels, created_by)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)`,
      [
        server.id,
        server.name,
        server.pool,
        server.description,
        server.address,
        JSON.stringify(server.labels),
        server.created_by,
      ],
    );
  }

  async update(tx: SqlExecutor, server: Omit<NewServer, 'created_by'>): Promise<void> {
    await tx.query(
      `UPDATE servers SET name = $2, pool = $3, description = $4, address = $5, labels = $6::jsonb,
         revision = revision + 1 WHERE id = $1`,
      [
        server.id,
        server.name,
        server.pool,
        server.description,
        server.address,
        JSON.stringify(server.labels),
      ],
    );
  }

  async archive(tx: SqlExecutor, id: string, at: Date): Promise<void> {
    await tx.query('UPDATE servers SET archived_at = $2, revision = revision + 1 WHERE id = $1', [id, at]);
  }

  async listAgents(tx: SqlExecutor, id: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM agents WHERE server_id = $1 AND revoked_at IS NULL ORDER BY id',
      [id],
    );
    return rows.map((row) => row.id);
  }

  /** Bundles whose link can still be used. */
  async listOpenBundles(tx: SqlExecutor, id: string, at: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM provisioning_bundles
       WHERE server_id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2 ORDER BY id`,
      [id, at],
    );
    return rows.map((row) => row.id);
  }

  async revokeBundles(tx: SqlExecutor, ids: readonly string[], at: Date): Promise<void> {
    await tx.query('UPDATE provisioning_bundles SET revoked_at = $2 WHERE id = ANY ($1)', [ids, at]);
  }
}
