import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { JobEdge } from './job-edges.ts';

/** What jobs wait for: the table `job_edges` as an enqueue writes it. */
@Injectable()
export class JobEdgesRepository {
  async add(tx: SqlExecutor, edges: readonly JobEdge[]): Promise<void> {
    if (edges.length === 0) return;
    await tx.query(
      `INSERT INTO job_edges (job_id, needs_job_id, kind)
       SELECT job_id, needs_job_id, kind FROM jsonb_to_recordset($1::jsonb) AS edge (job_id text, needs_job_id text, kind text)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(edges)],
    );
  }

  async clear(tx: SqlExecutor, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.query('DELETE FROM job_edges WHERE job_id = ANY ($1)', [ids]);
  }

  /** Edges between jobs that have not succeeded, as far as they can be walked from these. */
  listBehind(tx: SqlExecutor, ids: readonly string[]): Promise<{ job_id: string; needs_job_id: string }[]> {
    return tx.query(
      `WITH RECURSIVE reached AS (
         SELECT unnest($1::text[]) AS id
         UNION SELECT job_edges.needs_job_id FROM job_edges JOIN reached ON job_edges.job_id = reached.id
           JOIN jobs ON jobs.id = job_edges.needs_job_id WHERE jobs.state <> 'succeeded')
       SELECT job_id, needs_job_id FROM job_edges JOIN reached ON reached.id = job_id
       JOIN jobs ON jobs.id = needs_job_id WHERE jobs.state <> 'succeeded' ORDER BY job_id, needs_job_id`,
      [ids],
    );
  }
}
