import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import {
  artifactColumns,
  type ArtifactOrigin,
  type ArtifactRow,
  type InputArtifact,
  type NewArtifact,
  type UploadingAttempt,
} from './artifact.row.ts';

const fromOrigin = '(attempt_id = $1 OR input_id = ANY ($2::text[]))';
const toParameters = (origin: ArtifactOrigin): readonly unknown[] =>
  'attemptId' in origin ? [origin.attemptId, []] : [null, origin.inputIds];

/** SQL on `artifacts` and `served_files`. */
@Injectable()
export class ArtifactsRepository {
  constructor(private readonly database: Database) {}

  /** The attempt with its job; with `lock` neither can end before the transaction does. */
  async findUploading(
    sql: SqlExecutor,
    attemptId: string,
    options: { readonly lock: boolean },
  ): Promise<UploadingAttempt | null> {
    const [row] = await sql.query<UploadingAttempt>(
      `SELECT attempts.id AS attempt_id, attempts.state AS attempt_state, attempts.fencing,
         workers.revoked_at IS NOT NULL AS worker_revoked,
         jobs.attempt_id IS NOT DISTINCT FROM attempts.id AND jobs.state IN ('claimed', 'running', 'queued') AS holds_job,
         jobs.id AS job_id, jobs.name, jobs.version, jobs.python_tag, jobs.platform_tag, jobs.generation, jobs.source
       FROM attempts JOIN jobs ON jobs.id = attempts.job_id JOIN workers ON workers.id = attempts.worker_id
       WHERE attempts.id = $1 ${options.lock ? 'FOR SHARE OF attempts, jobs' : ''}`,
      [attemptId],
    );
    return row ?? null;
  }

  /** The one digest that a file name stands for, once a wheel of this name was accepted. */
  async findServedDigest(sql: SqlExecutor, filename: string): Promise<string | null> {
    const [row] = await sql.query<{ sha256: string }>('SELECT sha256 FROM served_files WHERE filename = $1', [
      filename,
    ]);
    return row?.sha256 ?? null;
  }

  /** Writes an upload; a repeated one of the same attempt replaces it. Returns the digest that was replaced. */
  async save(tx: SqlExecutor, artifact: NewArtifact, attempt: UploadingAttempt): Promise<string | null> {
    const [before] = await tx.query<{ sha256: string }>(
      'SELECT sha256 FROM artifacts WHERE attempt_id = $1 AND filename = $2 FOR UPDATE',
      [attempt.attempt_id, artifact.filename],
    );
    await tx.query(
      `INSERT INTO artifacts (sha256, filename, size, name, version, build_tag, tags, requires_python, metadata,
         metadata_sha256, python_tag, platform_tag, job_id, attempt_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       ON CONFLICT (attempt_id, filename) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size,
         build_tag = excluded.build_tag, tags = excluded.tags, requires_python = excluded.requires_python,
         metadata = excluded.metadata, metadata_sha256 = excluded.metadata_sha256, created_at = now()`,
      [
        artifact.sha256,
        artifact.filename,
        artifact.size,
        artifact.name,
        artifact.version,
        artifact.buildTag,
        artifact.tags,
        artifact.requiresPython,
        artifact.metadata,
        artifact.metadataSha256,
        attempt.python_tag,
        attempt.platform_tag,
        attempt.job_id,
        attempt.attempt_id,
      ],
    );
    return before === undefined || before.sha256 === artifact.sha256 ? null : before.sha256;
  }

  listByAttempt(sql: SqlExecutor, attemptId: string): Promise<ArtifactRow[]> {
    return sql.query<ArtifactRow>(
      `SELECT ${artifactColumns} FROM artifacts WHERE attempt_id = $1 ORDER BY filename`,
      [attemptId],
    );
  }

  /** Writes wheels that were handed in, as those of a target; what stands there already stays. */
  async saveInputs(tx: SqlExecutor, artifacts: readonly InputArtifact[]): Promise<void> {
    await tx.query(
      `INSERT INTO artifacts (sha256, filename, size, name, version, build_tag, tags, requires_python, metadata,
         metadata_sha256, python_tag, platform_tag, input_id)
       SELECT sha256, filename, size, name, version, "buildTag", ARRAY(SELECT jsonb_array_elements_text(tags)),
         "requiresPython", metadata, "metadataSha256", "pythonTag", "platformTag", "inputId"
       FROM jsonb_to_recordset($1::jsonb) AS given (sha256 text, filename text, size bigint, name text, version text,
         "buildTag" text, tags jsonb, "requiresPython" text, metadata text, "metadataSha256" text, "pythonTag" text,
         "platformTag" text, "inputId" text)
       ORDER BY "inputId", "pythonTag", "platformTag" ON CONFLICT (input_id, python_tag, platform_tag) DO NOTHING`,
      [JSON.stringify(artifacts)],
    );
  }

  /**
   * Binds file names to their digests. Returns the names that stand for other bytes already; with none, `markAccepted`
   * may follow.
   */
  async bindNames(
    tx: SqlExecutor,
    origin: ArtifactOrigin,
  ): Promise<{ filename: string; served_sha256: string }[]> {
    await tx.query(
      `INSERT INTO served_files (filename, sha256)
       SELECT filename, sha256 FROM artifacts WHERE ${fromOrigin} ORDER BY filename, sha256
       ON CONFLICT (filename) DO NOTHING`,
      toParameters(origin),
    );
    return tx.query(
      `SELECT DISTINCT filename, served_files.sha256 AS served_sha256 FROM artifacts JOIN served_files USING (filename)
       WHERE ${fromOrigin} AND artifacts.sha256 <> served_files.sha256 ORDER BY filename`,
      toParameters(origin),
    );
  }

  /** From here on the index serves these wheels. Bytes that were yanked stay so, whoever brings them. */
  markAccepted(tx: SqlExecutor, origin: ArtifactOrigin): Promise<ArtifactRow[]> {
    return tx.query<ArtifactRow>(
      `UPDATE artifacts SET accepted_at = coalesce(accepted_at, now()), (yanked_at, yank_reason) = (
         SELECT same.yanked_at, same.yank_reason FROM artifacts AS same WHERE same.sha256 = artifacts.sha256
         ORDER BY same.yanked_at NULLS LAST LIMIT 1)
       WHERE ${fromOrigin} RETURNING ${artifactColumns}`,
      toParameters(origin),
    );
  }

  /**
   * What the index serves, newest first: one row for each accepted upload and each target of a handed-in wheel, so a
   * file may stand twice.
   */
  listServed(
    filter: { readonly name?: string; readonly names?: readonly string[] } = {},
  ): Promise<ArtifactRow[]> {
    const names = filter.name === undefined ? filter.names : [filter.name];
    return this.database.query<ArtifactRow>(
      `SELECT ${artifactColumns} FROM artifacts
       WHERE accepted_at IS NOT NULL AND ($1::text[] IS NULL OR name = ANY ($1)) ORDER BY accepted_at DESC, filename`,
      [names ?? null],
    );
  }

  /** Wheels of a release that were built and are served, newest first, without the yanked ones. */
  listBuilt(sql: SqlExecutor, name: string, version: string): Promise<ArtifactRow[]> {
    return sql.query<ArtifactRow>(
      `SELECT ${artifactColumns} FROM artifacts WHERE name = $1 AND version = $2 AND accepted_at IS NOT NULL
         AND yanked_at IS NULL AND attempt_id IS NOT NULL ORDER BY accepted_at DESC, filename`,
      [name, version],
    );
  }

  async list(filter: {
    readonly name: string | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ rows: ArtifactRow[]; total: number }> {
    const where = 'WHERE accepted_at IS NOT NULL AND ($1::text IS NULL OR name = $1)';
    const rows = await this.database.query<ArtifactRow>(
      `SELECT ${artifactColumns} FROM artifacts ${where} ORDER BY created_at DESC, sha256, attempt_id, input_id, python_tag, platform_tag LIMIT $2 OFFSET $3`,
      [filter.name, filter.limit, filter.offset],
    );
    const [count] = await this.database.query<{ total: number }>(
      `SELECT count(*) AS total FROM artifacts ${where}`,
      [filter.name],
    );
    return { rows, total: count?.total ?? 0 };
  }

  /** The served artifact of a digest, else the newest that was uploaded with it. */
  async find(sha256: string): Promise<ArtifactRow | null> {
    const [row] = await this.database.query<ArtifactRow>(
      `SELECT ${artifactColumns} FROM artifacts WHERE sha256 = $1
       ORDER BY accepted_at IS NULL, created_at DESC LIMIT 1`,
      [sha256],
    );
    return row ?? null;
  }

  /** Yanks or, with null, takes it back; on every row of the digest, since they are one file. */
  setYanked(
    tx: SqlExecutor,
    sha256: string,
    yank: { readonly reason: string } | null,
  ): Promise<ArtifactRow[]> {
    return tx.query<ArtifactRow>(
      `UPDATE artifacts SET yanked_at = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(yanked_at, now()) END,
         yank_reason = $2
       WHERE sha256 = $1 AND accepted_at IS NOT NULL RETURNING ${artifactColumns}`,
      [sha256, yank?.reason ?? null],
    );
  }

  /** Removes up to `limit` uploads that were never accepted, of attempts that ended `keepS` seconds ago. */
  removeUnaccepted(keepS: number, limit: number): Promise<{ sha256: string; name: string; size: number }[]> {
    return this.database.query(
      `DELETE FROM artifacts WHERE (attempt_id, filename) IN (
         SELECT artifacts.attempt_id, artifacts.filename
         FROM artifacts JOIN attempts ON attempts.id = artifacts.attempt_id
         WHERE artifacts.accepted_at IS NULL AND attempts.finished_at < now() - make_interval(secs => $1)
         LIMIT $2 FOR UPDATE OF artifacts SKIP LOCKED)
       RETURNING sha256, name, size`,
      [keepS, limit],
    );
  }

  /** How much `removeUnaccepted` would remove. */
  async countUnaccepted(keepS: number): Promise<{ count: number; bytes: number }> {
    const [row] = await this.database.query<{ count: number; bytes: number }>(
      `SELECT count(*) AS count, coalesce(sum(artifacts.size), 0)::bigint AS bytes
       FROM artifacts JOIN attempts ON attempts.id = artifacts.attempt_id
       WHERE artifacts.accepted_at IS NULL AND attempts.finished_at < now() - make_interval(secs => $1)`,
      [keepS],
    );
    return row ?? { count: 0, bytes: 0 };
  }

  /** Those of the digests that no row stands for: no artifact, no served file, no input, no source of a job. */
  async listUnused(digests: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ sha256: string }>(
      `SELECT sha256 FROM unnest($1::text[]) AS given (sha256)
       WHERE NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.sha256 = given.sha256)
         AND NOT EXISTS (SELECT 1 FROM served_files WHERE served_files.sha256 = given.sha256)
         AND NOT EXISTS (SELECT 1 FROM inputs WHERE inputs.sha256 = given.sha256)
         AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.source ->> 'sha256' = given.sha256)`,
      [digests],
    );
    return rows.map((row) => row.sha256);
  }

  /** Whether any row still stands for these bytes. `name`: the project that they were uploaded for. */
  async isUsed(sha256: string, name: string): Promise<boolean> {
    const [row] = await this.database.query<{ used: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM artifacts WHERE sha256 = $1)
           OR EXISTS (SELECT 1 FROM served_files WHERE sha256 = $1)
           OR EXISTS (SELECT 1 FROM inputs WHERE sha256 = $1)
           OR EXISTS (SELECT 1 FROM jobs WHERE name = $2 AND source ->> 'sha256' = $1) AS used`,
      [sha256, name],
    );
    return row?.used ?? true;
  }
}
