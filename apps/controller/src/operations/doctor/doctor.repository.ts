import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

/** A row that stands for bytes of the artifact store. */
export interface StoredFileRow {
  readonly sha256: string;
  readonly filename: string;
  readonly size: number;
}

export interface SettingRow {
  readonly name: string;
  readonly setting: string;
}

const page = 1000;

/** What `doctor` reads of the tables. Reads only, a page at a time, since it looks at everything. */
@Injectable()
export class DoctorRepository {
  constructor(private readonly database: Database) {}

  /** Files that the index serves. */
  listServed(): AsyncGenerator<StoredFileRow> {
    return this.#pages(
      `SELECT DISTINCT ON (sha256) sha256, filename, size FROM artifacts
       WHERE accepted_at IS NOT NULL AND sha256 > $1 ORDER BY sha256 LIMIT ${page}`,
    );
  }

  /** Uploads that no result named yet. */
  listUploads(): AsyncGenerator<StoredFileRow> {
    return this.#pages(
      `SELECT DISTINCT ON (sha256) sha256, filename, size FROM artifacts
       WHERE accepted_at IS NULL AND sha256 > $1 ORDER BY sha256 LIMIT ${page}`,
    );
  }

  listInputs(): AsyncGenerator<StoredFileRow> {
    return this.#pages(
      `SELECT DISTINCT ON (sha256) sha256, filename, size FROM inputs WHERE sha256 > $1 ORDER BY sha256 LIMIT ${page}`,
    );
  }

  /** Names that were bound to bytes, of which no artifact is left. */
  listUnboundNames(limit: number): Promise<{ filename: string }[]> {
    return this.database.query(
      `SELECT filename FROM served_files WHERE NOT EXISTS (
         SELECT 1 FROM artifacts WHERE artifacts.served_filename = served_files.filename
           AND artifacts.sha256 = served_files.sha256) ORDER BY filename LIMIT $1`,
      [limit],
    );
  }

  /** Jobs that succeeded although nothing that the index serves came of them. */
  listBarrenJobs(
    limit: number,
  ): Promise<{ id: string; name: string; version: string; wheel: string | null }[]> {
    return this.database.query(
      `SELECT id, name, version, wheel FROM jobs WHERE state = 'succeeded'
         AND NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.job_id = jobs.id AND accepted_at IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM served_files WHERE served_files.filename = jobs.wheel)
       ORDER BY id LIMIT $1`,
      [limit],
    );
  }

  /** Sealed logs whose blocks are not all there. */
  listTornLogs(limit: number): Promise<{ attempt_id: string; bytes: number; found: number }[]> {
    return this.database.query(
      `SELECT s.attempt_id, s.bytes, coalesce(sum(b.bytes), 0)::bigint AS found
       FROM sealed_logs AS s LEFT JOIN log_blocks AS b USING (attempt_id) WHERE s.removed_at IS NULL
       GROUP BY s.attempt_id, s.bytes HAVING s.bytes <> coalesce(sum(b.bytes), 0) ORDER BY s.attempt_id LIMIT $1`,
      [limit],
    );
  }

  /** Attempts that ended with a log of which nothing is kept, in neither form. */
  listLostLogs(limit: number): Promise<{ attempt_id: string; bytes: number }[]> {
    return this.database.query(
      `SELECT id AS attempt_id, log_bytes AS bytes FROM attempts WHERE log_bytes > 0
         AND NOT EXISTS (SELECT 1 FROM sealed_logs WHERE attempt_id = attempts.id)
         AND NOT EXISTS (SELECT 1 FROM log_chunks WHERE attempt_id = attempts.id) ORDER BY id LIMIT $1`,
      [limit],
    );
  }

  /** Blocks of sealed logs, newest first or all. */
  async *listBlocks(
    most: number,
  ): AsyncGenerator<{ attempt_id: string; block: number; bytes: number; data: Buffer }> {
    const perRead = 64;
    let after: { readonly attempt_id: string; readonly block: number } | null = null;
    for (let left = most; left > 0; left -= perRead) {
      const rows: { attempt_id: string; block: number; bytes: number; data: Buffer }[] =
        await this.database.query(
          `SELECT attempt_id, block, bytes, data FROM log_blocks
         WHERE $1::text IS NULL OR (attempt_id, block) < ($1, $2::int) ORDER BY attempt_id DESC, block DESC LIMIT $3`,
          [after?.attempt_id ?? null, after?.block ?? null, Math.min(left, perRead)],
        );
      yield* rows;
      after = rows.at(-1) ?? null;
      if (after === null || rows.length < perRead) return;
    }
  }

  async countByState(state: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'SELECT count(*) AS count FROM jobs WHERE state = $1',
      [state],
    );
    return row?.count ?? 0;
  }

  listSettings(names: readonly string[]): Promise<SettingRow[]> {
    return this.database.query('SELECT name, setting FROM pg_settings WHERE name = ANY ($1::text[])', [
      names,
    ]);
  }

  /** Age of the oldest transaction of anyone in this database, in seconds. */
  async oldestTransactionS(): Promise<number> {
    const [row] = await this.database.query<{ age: number | null }>(
      `SELECT extract(epoch FROM max(now() - xact_start))::float8 AS age FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    return row?.age ?? 0;
  }

  async *#pages(sql: string): AsyncGenerator<StoredFileRow> {
    for (let last = ''; ;) {
      const rows = await this.database.query<StoredFileRow>(sql, [last]);
      yield* rows;
      last = rows.at(-1)?.sha256 ?? '';
      if (rows.length < page) return;
    }
  }
}
