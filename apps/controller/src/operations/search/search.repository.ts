import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';
import type { SearchRow } from './search-hit.ts';

/**
 * Finds by exact id, or by the beginning of a name. Every statement follows an index and reads a bounded number of
 * rows; only `workers`, which is small, is looked through.
 */
@Injectable()
export class SearchRepository {
  constructor(private readonly database: Database) {}

  /** A job, attempt, run or worker by its id, or an artifact by its digest. */
  async findById(id: string): Promise<SearchRow[]> {
    return this.database.query<SearchRow>(
      `SELECT 'job' AS kind, id, name || ' ' || version || ' ' || python_tag || ' ' || platform_tag AS title, state
         FROM jobs WHERE id = $1
       UNION ALL
       SELECT 'attempt', attempts.id, jobs.name || ' ' || jobs.version || ', attempt ' || attempts.number, attempts.state
         FROM attempts JOIN jobs ON jobs.id = attempts.job_id WHERE attempts.id = $1
       UNION ALL
       SELECT 'run', run_id, 'run of ' || created_by, state FROM plans WHERE run_id = $1
       UNION ALL
       SELECT 'worker', id, name, desired_state FROM workers WHERE id = $1
       UNION ALL
       (SELECT 'artifact', sha256, filename, CASE WHEN yanked_at IS NULL THEN 'served' ELSE 'yanked' END
         FROM artifacts WHERE sha256 = $1 AND accepted_at IS NOT NULL LIMIT 1)`,
      [id],
    );
  }

  /** Different names with this beginning, from jobs and from the history, in order. Skips from name to name. */
  async listNames(prefix: string, limit: number): Promise<string[]> {
    const skip = (table: string): string => `
      SELECT name FROM (
        WITH RECURSIVE found AS (
          (SELECT name FROM ${table} WHERE name COLLATE "C" >= $1 AND name COLLATE "C" < $2
           ORDER BY name COLLATE "C" LIMIT 1)
          UNION ALL
          SELECT (SELECT name FROM ${table} WHERE name COLLATE "C" > found.name AND name COLLATE "C" < $2
                  ORDER BY name COLLATE "C" LIMIT 1)
          FROM found WHERE found.name IS NOT NULL)
        SELECT name FROM found WHERE name IS NOT NULL LIMIT $3) AS ${table}_names`;
    const rows = await this.database.query<{ name: string }>(
      `SELECT name FROM (${skip('jobs')} UNION ${skip('events')}) AS names ORDER BY name COLLATE "C" LIMIT $3`,
      [prefix, endOfPrefix(prefix), limit],
    );
    return rows.map((row) => row.name);
  }

  /** The last status of each name. */
  async listPackages(names: readonly string[]): Promise<SearchRow[]> {
    return this.database.query<SearchRow>(
      `SELECT 'package' AS kind, n.name AS id, n.name AS title, last.status AS state
       FROM unnest($1::text[]) WITH ORDINALITY AS n (name, place)
       LEFT JOIN LATERAL (
         SELECT status FROM events WHERE events.name = n.name ORDER BY at DESC, id DESC LIMIT 1) AS last ON true
       ORDER BY n.place`,
      [names],
    );
  }

  /** The newest jobs of each name. */
  async listJobs(names: readonly string[], perName: number): Promise<SearchRow[]> {
    return this.database.query<SearchRow>(
      `SELECT 'job' AS kind, job.id, job.title, job.state
       FROM unnest($1::text[]) WITH ORDINALITY AS n (name, place)
       CROSS JOIN LATERAL (
         SELECT id, state, name || ' ' || version || ' ' || python_tag || ' ' || platform_tag AS title
         FROM jobs WHERE jobs.name = n.name ORDER BY created_at DESC, id DESC LIMIT $2) AS job
       ORDER BY n.place`,
      [names, perName],
    );
  }

  /** The newest served wheels of projects with this beginning. */
  async listArtifacts(prefix: string, limit: number): Promise<SearchRow[]> {
    return this.database.query<SearchRow>(
      `SELECT 'artifact' AS kind, sha256 AS id, filename AS title,
         CASE WHEN yanked_at IS NULL THEN 'served' ELSE 'yanked' END AS state
       FROM artifacts WHERE accepted_at IS NOT NULL AND name COLLATE "C" >= $1 AND name COLLATE "C" < $2
       ORDER BY name COLLATE "C" LIMIT $3`,
      [prefix, endOfPrefix(prefix), limit],
    );
  }

  async listWorkers(text: string, limit: number): Promise<SearchRow[]> {
    return this.database.query<SearchRow>(
      `SELECT 'worker' AS kind, id, name AS title, desired_state AS state FROM workers
       WHERE position(lower($1) in lower(name)) > 0 OR position(lower($1) in lower(hostname)) > 0
       ORDER BY name LIMIT $2`,
      [text, limit],
    );
  }
}

/** The first text behind all that begin with `prefix`, in byte order. Normalized names are ASCII below `~`. */
const endOfPrefix = (prefix: string): string => `${prefix}~`;
