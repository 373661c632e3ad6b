import type { JobState, NeededJob } from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.ts';

export interface Needs {
  readonly some: readonly NeededJob[];
  readonly total: number;
}

/** Jobs that are named of those that one waits for. */
const namesTold = 5;
/** What one job holds up is counted so far and no further. */
const mostHeldUp = 1000;
/** Jobs that are walked over from one that cannot be built, to find what failed. */
const mostWalked = 1000;

/** SQL on what jobs wait for. Each statement is one for a whole page of jobs, and bounded for each of them. */
@Injectable()
export class WaitingRepository {
  constructor(private readonly database: Database) {}

  /** What blocked jobs need and do not have yet. */
  async unmetNeeds(jobIds: readonly string[]): Promise<Map<string, Needs>> {
    return this.#readNeeds(
      `SELECT root.id AS root_id, needed.* FROM unnest($1::text[]) AS root (id)
       CROSS JOIN LATERAL (
         SELECT jobs.id, jobs.name, jobs.version, jobs.state, count(*) OVER ()::int AS total
         FROM job_edges JOIN jobs ON jobs.id = job_edges.needs_job_id
         WHERE job_edges.job_id = root.id AND jobs.state <> 'succeeded'
         ORDER BY jobs.name, jobs.id LIMIT ${namesTold}) AS needed`,
      jobIds,
    );
  }

  /** What failed, at any distance, so that jobs cannot be built. */
  async failedNeeds(jobIds: readonly string[]): Promise<Map<string, Needs>> {
    return this.#readNeeds(
      `SELECT root.id AS root_id, needed.* FROM unnest($1::text[]) AS root (id)
       CROSS JOIN LATERAL (
         WITH RECURSIVE reached (id) AS (
           SELECT needs_job_id FROM job_edges WHERE job_id = root.id
           UNION SELECT job_edges.needs_job_id FROM reached
             JOIN jobs ON jobs.id = reached.id AND jobs.state = 'unreachable'
             JOIN job_edges ON job_edges.job_id = jobs.id)
         SELECT jobs.id, jobs.name, jobs.version, jobs.state, count(*) OVER ()::int AS total
         FROM (SELECT id FROM reached LIMIT ${mostWalked}) AS walked JOIN jobs USING (id)
         WHERE jobs.state IN ('failed', 'cancelled') ORDER BY jobs.name, jobs.id LIMIT ${namesTold}) AS needed`,
      jobIds,
    );
  }

  /** How many jobs that runs want cannot be built before each of these, at any distance. */
  async heldUp(jobIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; count: number }>(
      `SELECT root.id, (
         WITH RECURSIVE behind (id) AS (
           SELECT job_id FROM job_edges WHERE needs_job_id = root.id
           UNION SELECT job_edges.job_id FROM behind JOIN job_edges ON job_edges.needs_job_id = behind.id)
         SELECT count(*)::int FROM (
           SELECT FROM behind JOIN jobs USING (id) WHERE jobs.state IN ('blocked', 'unreachable')
             AND EXISTS (SELECT FROM run_jobs WHERE run_jobs.job_id = jobs.id) LIMIT ${mostHeldUp}) AS wanted) AS count
       FROM unnest($1::text[]) AS root (id)`,
      [jobIds],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** The switch for all claims. */
  async claims(): Promise<{ paused: boolean; reason: string | null }> {
    const [row] = await this.database.query<{ value: { paused: boolean; reason: string | null } }>(
      `SELECT value FROM settings WHERE name = 'claims'`,
    );
    return row?.value ?? { paused: false, reason: null };
  }

  async #readNeeds(statement: string, jobIds: readonly string[]): Promise<Map<string, Needs>> {
    if (jobIds.length === 0) return new Map();
    const rows = await this.database.query<{
      root_id: string;
      id: string;
      name: string;
      version: string;
      state: JobState;
      total: number;
    }>(statement, [jobIds]);
    return new Map(
      [...Map.groupBy(rows, (row) => row.root_id)].map(([rootId, needed]) => [
        rootId,
        {
          some: needed.map(({ id, name, version, state }) => ({ jobId: id, name, version, state })),
          total: needed[0]?.total ?? 0,
        },
      ]),
    );
  }
}
