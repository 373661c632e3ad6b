import { Injectable } from '@nestjs/common';
import { Database, type SqlExecutor } from '../../platform/index.ts';
import type { InputRow, NewInput } from './input.row.ts';

/** The table `inputs`; the bytes lie in the artifact store under their digest. */
@Injectable()
export class InputsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: SqlExecutor, inputs: readonly NewInput[]): Promise<InputRow[]> {
    return tx.query<InputRow>(
      `INSERT INTO inputs (id, kind, filename, sha256, size, created_by)
       SELECT id, kind, filename, sha256, size, created_by
       FROM jsonb_to_recordset($1::jsonb) AS i (id text, kind text, filename text, sha256 text, size bigint, created_by text)
       RETURNING *`,
      [JSON.stringify(inputs)],
    );
  }

  /** Newest first. */
  async list(limit: number, offset: number): Promise<InputRow[]> {
    return this.database.query<InputRow>(
      'SELECT * FROM inputs ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2',
      [limit, offset],
    );
  }

  /** Inputs that no run has used yet, oldest first. */
  async listPending(limit: number, offset = 0): Promise<InputRow[]> {
    return this.database.query<InputRow>(
      'SELECT * FROM inputs WHERE run_id IS NULL ORDER BY created_at, id LIMIT $1 OFFSET $2',
      [limit, offset],
    );
  }

  async find(id: string): Promise<InputRow | undefined> {
    return (await this.listByIds([id]))[0];
  }

  async listByIds(ids: readonly string[]): Promise<InputRow[]> {
    return this.database.query<InputRow>(
      'SELECT * FROM inputs WHERE id = ANY($1::text[]) ORDER BY created_at, id',
      [ids],
    );
  }

  /** Wheels with these digests that a run has used: they are never deleted. Oldest first. */
  async listUsedWheels(digests: readonly string[]): Promise<InputRow[]> {
    return this.database.query<InputRow>(
      `SELECT * FROM inputs WHERE sha256 = ANY($1::text[]) AND kind = 'wheel' AND run_id IS NOT NULL
       ORDER BY created_at, id`,
      [digests],
    );
  }

  /** Marks inputs as used by a run, those that were used before keep their first one. Returns the ids that exist. */
  async markUsed(tx: SqlExecutor, ids: readonly string[], runId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'UPDATE inputs SET run_id = coalesce(run_id, $2) WHERE id = ANY($1::text[]) RETURNING id',
      [ids, runId],
    );
    return rows.map((row) => row.id);
  }

  /** Deletes a pending input; false when it is gone or in use. */
  async deletePending(tx: SqlExecutor, id: string): Promise<boolean> {
    return (
      (await tx.query('DELETE FROM inputs WHERE id = $1 AND run_id IS NULL RETURNING id', [id])).length > 0
    );
  }
}
