import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.ts';

export interface KeptAnswer {
  readonly request_hash: Buffer;
  /** Null while the first request runs. */
  readonly status: number | null;
  readonly body: unknown;
}

@Injectable()
export class IdempotencyRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes the key; false when someone has it. An answer older than `validSince` makes room. */
  async take(actor: string, key: string, requestHash: Buffer, now: Date, validSince: Date): Promise<boolean> {
    const rows = await this.#database.query(
      `INSERT INTO idempotency_keys (actor, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (actor, key) DO UPDATE
         SET request_hash = excluded.request_hash, status = NULL, body = NULL, created_at = excluded.created_at
         WHERE idempotency_keys.created_at < $5
       RETURNING key`,
      [actor, key, requestHash, now, validSince],
    );
    return rows.length > 0;
  }

  async find(actor: string, key: string): Promise<KeptAnswer | null> {
    const [row] = await this.#database.query<KeptAnswer>(
      'SELECT request_hash, status, body FROM idempotency_keys WHERE actor = $1 AND key = $2',
      [actor, key],
    );
    return row ?? null;
  }

  async keep(actor: string, key: string, status: number, body: unknown): Promise<void> {
    await this.#database.query(
      'UPDATE idempotency_keys SET status = $3, body = $4 WHERE actor = $1 AND key = $2',
      [actor, key, status, JSON.stringify(body ?? null)],
    );
  }

  async release(actor: string, key: string): Promise<void> {
    await this.#database.query(
      'DELETE FROM idempotency_keys WHERE actor = $1 AND key = $2 AND status IS NULL',
      [actor, key],
    );
  }

  async deleteOlderThan(time: Date): Promise<void> {
    await this.#database.query('DELETE FROM idempotency_keys WHERE created_at < $1', [time]);
  }
}
