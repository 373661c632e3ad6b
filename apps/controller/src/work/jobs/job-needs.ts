import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { together } from '../../platform/index.ts';

/**
 * Blocked jobs that need `id` and whose other needs have all succeeded. They are locked before their needs are
 * looked at, so that of two needs that succeed at once the second sees the first.
 */
export async function unblockable(tx: SqlExecutor, id: string): Promise<string[]> {
  await tx.query(
    `SELECT jobs.id FROM job_edges JOIN jobs ON jobs.id = job_edges.job_id
     WHERE job_edges.needs_job_id = $1 AND jobs.state = 'blocked' ORDER BY jobs.id FOR UPDATE OF jobs`,
    [id],
  );
  const rows = await tx.query<{ id: string }>(
    `SELECT jobs.id FROM job_edges JOIN jobs ON jobs.id = job_edges.job_id
     WHERE job_edges.needs_job_id = $1 AND jobs.state = 'blocked' AND NOT EXISTS (
       SELECT 1 FROM job_edges AS other JOIN jobs AS needed ON needed.id = other.needs_job_id
       WHERE other.job_id = jobs.id AND needed.state <> 'succeeded')`,
    [id],
  );
  return rows.map((row) => row.id);
}

/**
 * Blocked jobs that need `id`, at any distance; not those behind one that goes on without it. One step after the other: who
 * enqueues holds a job while it lets others need it, and they are seen once the job is locked here.
 */
export async function blockedBehind(tx: SqlExecutor, id: string): Promise<string[]> {
  if (!(await isNeeded(tx, id))) return [];
  const behind: string[] = [];
  for (let frontier = [id]; frontier.length > 0;) {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM jobs WHERE state = 'blocked' AND id <> ALL ($2)
         AND id IN (SELECT job_id FROM job_edges WHERE needs_job_id = ANY ($1)) ORDER BY id FOR UPDATE`,
      [frontier, behind],
    );
    frontier = rows.map((row) => row.id);
    behind.push(...frontier);
  }
  return behind;
}

/**
 * Unreachable jobs that need one of `ids`, and nothing that failed. What they need is held before it is looked at: one that is
 * failing this moment is seen as failed, or sees them as blocked.
 */
export async function reopenable(tx: SqlExecutor, ids: readonly string[]): Promise<string[]> {
  const candidates = await tx.query<{ id: string }>(
    `SELECT id FROM jobs WHERE state = 'unreachable'
       AND id IN (SELECT job_id FROM job_edges WHERE needs_job_id = ANY ($1)) ORDER BY id FOR UPDATE`,
    [ids],
  );
  if (candidates.length === 0) return [];
  const held = [candidates.map((row) => row.id)];
  await tx.query(
    `SELECT 1 FROM jobs WHERE id IN (SELECT needs_job_id FROM job_edges WHERE job_id = ANY ($1)) ORDER BY id FOR SHARE`,
    held,
  );
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM jobs WHERE id = ANY ($1) AND NOT EXISTS (
       SELECT 1 FROM job_edges JOIN jobs AS needed ON needed.id = job_edges.needs_job_id
       WHERE job_edges.job_id = jobs.id AND needed.state IN ('failed', 'cancelled', 'unreachable'))`,
    held,
  );
  return rows.map((row) => row.id);
}

function isNeeded(tx: SqlExecutor, id: string): Promise<boolean> {
  return together(tx, 'jobs.isNeeded', id, async (ids) => {
    const rows = await tx.query<{ id: string }>(
      'SELECT DISTINCT needs_job_id AS id FROM job_edges WHERE needs_job_id = ANY ($1)',
      [ids],
    );
    const needed = new Set(rows.map((row) => row.id));
    return ids.map((one) => needed.has(one));
  });
}
