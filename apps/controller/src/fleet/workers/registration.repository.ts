import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';

export interface RegisteredServer {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly archived_at: Date | null;
}

/** SQL that ties a worker to a server, and makes the server where there is none. */
@Injectable()
export class RegistrationRepository {
  /** By id or by name; locked, so that it is not archived meanwhile. */
  async findServer(tx: SqlExecutor, idOrName: string): Promise<RegisteredServer | null> {
    const [row] = await tx.query<RegisteredServer>(
      `SELECT id, name, pool, archived_at FROM servers WHERE id = $1 OR name = $1
       ORDER BY id = $1 DESC LIMIT 1 FOR SHARE`,
      [idOrName],
    );
    return row ?? null;
  }

  async findPool(tx: SqlExecutor, name: string): Promise<{ readonly archived_at: Date | null } | null> {
    const [row] = await tx.query<{ archived_at: Date | null }>(
      'SELECT archived_at FROM pools WHERE name = $1 FOR SHARE',
      [name],
    );
    return row ?? null;
  }

  /** False when the name is taken. */
  async insertServer(
    tx: SqlExecutor,
    server: {
      readonly id: string;
      readonly name: string;
      readonly pool: string;
      readonly address: string;
      readonly by: string;
    },
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO servers (id, name, pool, address, created_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (name) DO NOTHING RETURNING id`,
      [server.id, server.name, server.pool, server.address, server.by],
    );
    return rows.length > 0;
  }

  /** A worker is of the pool of its server. */
  async attach(tx: SqlExecutor, workerId: string, serverId: string, pool: string): Promise<void> {
    await tx.query('UPDATE workers SET server_id = $2, pool = $3 WHERE id = $1', [workerId, serverId, pool]);
  }
}
