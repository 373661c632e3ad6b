import type { manifestEntrySchema, manifestSchema } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../../platform/index.ts';

export type Manifest = z.output<typeof manifestSchema>;
export type ManifestEntry = z.output<typeof manifestEntrySchema>;

type Nullable<T> = { readonly [Key in keyof T]-?: Exclude<T[Key], undefined> | null };
export type ManifestRow = Nullable<ManifestEntry> &
  Pick<ManifestEntry, 'name' | 'version' | 'wheel' | 'status'>;

/** SQL on `manifest_entries`, and on what follows from the accepted wheels of a run. */
@Injectable()
export class ManifestRepository {
  constructor(private readonly database: Database) {}

  /** Replaces the entries of the run. */
  async save(tx: SqlExecutor, manifest: Manifest): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [manifest.run_id]);
    await tx.query('DELETE FROM manifest_entries WHERE run_id = $1', [manifest.run_id]);
    await tx.query(
      `INSERT INTO manifest_entries (run_id, name, version, wheel, python_tag, platform_tag, status, path, url, sha256, size)
       SELECT $1, name, version, wheel, python_tag, platform_tag, status, path, url, sha256, size
       FROM jsonb_to_recordset($2::jsonb) AS entry (name text, version text, wheel text, python_tag text,
         platform_tag text, status text, path text, url text, sha256 text, size bigint)`,
      [manifest.run_id, JSON.stringify(manifest.entries)],
    );
  }

  /** The run that a manifest is about when none is named: the newest that was planned or posted. */
  async findLastRun(): Promise<string | null> {
    const [row] = await this.database.query<{ run_id: string }>(
      `SELECT run_id FROM (
         (SELECT run_id, created_at FROM plans ORDER BY created_at DESC, run_id DESC LIMIT 1)
         UNION ALL (SELECT run_id, created_at FROM manifest_entries ORDER BY id DESC LIMIT 1)) AS runs
       ORDER BY created_at DESC LIMIT 1`,
    );
    return row?.run_id ?? null;
  }

  /** Posted entries first in each name; a wheel that was posted is not told twice. */
  list(runId: string, limit: number, offset: number): Promise<ManifestRow[]> {
    return this.database.query<ManifestRow>(
      `SELECT name, version, wheel, python_tag, platform_tag, status, path, url, sha256, size FROM (
         SELECT name, version, wheel, python_tag, platform_tag, status, path, url, sha256, size
         FROM manifest_entries WHERE run_id = $1
         UNION ALL
         SELECT artifacts.name, artifacts.version, artifacts.filename, artifacts.python_tag, artifacts.platform_tag,
           'built', NULL, NULL, artifacts.sha256, artifacts.size
         FROM run_jobs JOIN artifacts ON artifacts.job_id = run_jobs.job_id AND artifacts.accepted_at IS NOT NULL
         WHERE run_jobs.run_id = $1 AND NOT EXISTS (
           SELECT 1 FROM manifest_entries AS posted WHERE posted.run_id = $1 AND posted.wheel = artifacts.filename)
         UNION ALL
         -- Jobs that ended with the wheel of another one.
         SELECT jobs.name, jobs.version, jobs.wheel, jobs.python_tag, jobs.platform_tag, 'reused', NULL, NULL,
           served.sha256, served.size
         FROM run_jobs JOIN jobs ON jobs.id = run_jobs.job_id AND jobs.state = 'succeeded'
         CROSS JOIN LATERAL (
           SELECT sha256, size FROM artifacts
           WHERE served_filename = jobs.wheel AND accepted_at IS NOT NULL LIMIT 1) AS served
         WHERE run_jobs.run_id = $1
           AND NOT EXISTS (SELECT 1 FROM artifacts WHERE job_id = jobs.id AND accepted_at IS NOT NULL)
           AND NOT EXISTS (
             SELECT 1 FROM manifest_entries AS posted WHERE posted.run_id = $1 AND posted.wheel = jobs.wheel)
       ) AS entries ORDER BY name, version, python_tag, platform_tag, wheel LIMIT $2 OFFSET $3`,
      [runId, limit, offset],
    );
  }
}
