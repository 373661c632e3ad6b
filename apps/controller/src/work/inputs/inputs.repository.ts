import { Injectable } from '@nestjs/common';
import { Database, type SqlExecutor } from '../../platform/index.ts';
import type { InputRow, NewInput } from './input.row.ts';

/** $1: age in seconds. A plan names its inputs also where it marks none as used. */
const isUnused = `run_id IS NULL AND created_at < now() - make_interval(secs => $1)
  AND NOT EXISTS (SELECT 1 FROM plans WHERE inputs.id = ANY (plans.input_ids))
  AND NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.input_id = inputs.id)`;

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

  /** Newest first; with `digests` only those of them. */
  async list(limit: number, offset: number, digests?: readonly string[]): Promise<InputRow[]> {
    return this.database.query<InputRow>(
      `SELECT * FROM inputs WHERE $3::text[] IS NULL OR sha256 = ANY($3::text[])
       ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2`,
      [limit, offset, digests ?? null],
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

  /** Inputs that no run has used, older than `ageS` seconds. */
  async countUnused(ageS: number): Promise<{ count: number; bytes: number }> {
    const [row] = await this.database.query<{ count: number; bytes: number }>(
      `SELECT count(*) AS count, coalesce(sum(size), 0)::bigint AS bytes FROM inputs WHERE ${isUnused}`,
      [ageS],
    );
    return row ?? { count: 0, bytes: 0 };
  }

  /** Deletes up to `limit` of them. A run that takes one at this moment keeps it. */
  async deleteUnused(ageS: number, limit: number): Promise<InputRow[]> {
    return this.database.query<InputRow>(
      `DELETE FROM inputs WHERE run_id IS NULL AND id IN (
         SELECT id FROM inputs WHERE ${isUnused} ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING *`,
      [ageS, limit],
    );
  }

  /** Deletes a pending input; false when it is gone or in use. */
  async deletePending(tx: SqlExecutor, id: string): Promise<boolean> {
    return (
      (await tx.query('DELETE FROM inputs WHERE id = $1 AND run_id IS NULL RETURNING id', [id])).length > 0
    );
  }
}
