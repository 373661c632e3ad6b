import { Injectable } from '@nestjs/common';
import type { Role } from '@ironwheel/contracts';
import { Database } from '../database/database.ts';

export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

const columns = 'id, name, role, created_at, expires_at, revoked_at, last_used_at';

@Injectable()
export class TokensRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert(token: {
    id: string;
    name: string;
    role: Role;
    hash: Buffer;
    expiresAt: Date | null;
    at: Date;
  }): Promise<TokenRecord> {
    const [row] = await this.#database.query<TokenRecord>(
      `INSERT INTO tokens (id, name, role, hash, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
      [token.id, token.name, token.role, token.hash, token.expiresAt, token.at],
    );
    if (row === undefined) throw new Error('the token was not inserted');
    return row;
  }

  /** A token that is neither revoked nor expired. Marks its use, once a minute at most. */
  async findLive(hash: Buffer, now: Date): Promise<TokenRecord | null> {
    const [row] = await this.#database.query<TokenRecord>(
      `SELECT ${columns} FROM tokens WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
      [hash, now],
    );
    if (row === undefined) return null;
    if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > 60_000) {
      await this.#database.query('UPDATE tokens SET last_used_at = $2 WHERE id = $1', [row.id, now]);
    }
    return row;
  }

  async isLive(id: string, now: Date): Promise<boolean> {
    const rows = await this.#database.query(
      'SELECT 1 FROM tokens WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)',
      [id, now],
    );
    return rows.length > 0;
  }

  async list(limit: number, offset: number): Promise<{ items: TokenRecord[]; total: number }> {
    const items = await this.#database.query<TokenRecord>(
      `SELECT ${columns} FROM tokens ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
    const [count] = await this.#database.query<{ total: number }>('SELECT count(*) AS total FROM tokens');
    return { items, total: count?.total ?? 0 };
  }

  /** Revokes; false when there is no such token. Revoking twice keeps the first time. */
  async revoke(id: string, at: Date): Promise<boolean> {
    const rows = await this.#database.query(
      'UPDATE tokens SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1 RETURNING id',
      [id, at],
    );
    return rows.length > 0;
  }
}
