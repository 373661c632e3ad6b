import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { BundleOfServer, BundleRow } from './bundle.row.ts';

export interface NewBundle {
  readonly id: string;
  readonly server_id: string;
  readonly pool: string;
  readonly token_hash: Buffer;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
}

export interface BundleServer {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly archived_at: Date | null;
}

const columns =
  'b.id, b.server_id, b.pool, b.created_by, b.created_at, b.expires_at, b.downloaded_at, b.used_at, b.revoked_at';
const withServer = `${columns}, s.name AS server_name, s.pool AS server_pool, s.archived_at AS server_archived_at`;
const byToken = `SELECT ${withServer} FROM provisioning_bundles b JOIN servers s ON s.id = b.server_id WHERE b.token_hash = $1`;

/** All SQL on `provisioning_bundles`. */
@Injectable()
export class BundlesRepository {
  constructor(private readonly database: Database) {}

  /** The server by its id or its name, locked so that two bundles of it are made one after the other. */
  async lockServer(tx: SqlExecutor, idOrName: string): Promise<BundleServer | null> {
    const [row] = await tx.query<BundleServer>(
      'SELECT id, name, pool, archived_at FROM servers WHERE id = $1 OR name = $1 ORDER BY (id = $1) DESC LIMIT 1 FOR UPDATE',
      [idOrName],
    );
    return row ?? null;
  }

  /** Revokes what is still open for the server. */
  async revokeOpen(tx: SqlExecutor, serverId: string, at: Date): Promise<void> {
    await tx.query(
      `UPDATE provisioning_bundles SET revoked_at = $2
       WHERE server_id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2`,
      [serverId, at],
    );
  }

  async insert(tx: SqlExecutor, bundle: NewBundle): Promise<BundleRow> {
    const [row] = await tx.query<BundleRow>(
      `INSERT INTO provisioning_bundles AS b (id, server_id, pool, token_hash, created_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${columns}`,
      [
        bundle.id,
        bundle.server_id,
        bundle.pool,
        bundle.token_hash,
        bundle.created_by,
        bundle.created_at,
        bundle.expires_at,
      ],
    );
    if (row === undefined) throw new Error('an inserted bundle was not returned');
    return row;
  }

  async findLatest(serverIdOrName: string): Promise<BundleRow | null> {
    const [row] = await this.database.query<BundleRow>(
      `SELECT ${columns} FROM provisioning_bundles b JOIN servers s ON s.id = b.server_id
       WHERE s.id = $1 OR s.name = $1 ORDER BY (s.id = $1) DESC, b.created_at DESC, b.id DESC LIMIT 1`,
      [serverIdOrName],
    );
    return row ?? null;
  }

  async hasServer(idOrName: string): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM servers WHERE id = $1 OR name = $1', [idOrName]);
    return rows.length > 0;
  }

  async findByToken(tokenHash: Buffer): Promise<BundleOfServer | null> {
    return (await this.database.query<BundleOfServer>(byToken, [tokenHash]))[0] ?? null;
  }

  /** Holds the server as it is: one that is moved or archived at this moment is seen afterwards. */
  async holdByToken(tx: SqlExecutor, tokenHash: Buffer): Promise<BundleOfServer | null> {
    return (await tx.query<BundleOfServer>(`${byToken} FOR SHARE OF s`, [tokenHash]))[0] ?? null;
  }

  /** The first download counts. */
  async markDownloaded(id: string, at: Date): Promise<void> {
    await this.database.query(
      'UPDATE provisioning_bundles SET downloaded_at = coalesce(downloaded_at, $2) WHERE id = $1',
      [id, at],
    );
  }

  async revoke(id: string, at: Date): Promise<void> {
    await this.database.query(
      `UPDATE provisioning_bundles SET revoked_at = $2
       WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2`,
      [id, at],
    );
  }

  /** True for one caller only, however many come at once. */
  async consume(tx: SqlExecutor, tokenHash: Buffer, at: Date): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE provisioning_bundles SET used_at = $2, downloaded_at = coalesce(downloaded_at, $2)
       WHERE token_hash = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2 RETURNING id`,
      [tokenHash, at],
    );
    return rows.length > 0;
  }
}
