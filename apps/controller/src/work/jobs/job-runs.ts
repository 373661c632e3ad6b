import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { together } from '../../platform/index.ts';

/** Is the job wanted by a run that was not cancelled, or by hand: enqueued for no run, or opened again since? */
export function isWanted(tx: SqlExecutor, id: string): Promise<boolean> {
  return together(tx, 'jobs.isWanted', id, async (ids) => {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM unnest($1::text[]) AS asked (id)
       WHERE NOT EXISTS (SELECT 1 FROM run_jobs WHERE job_id = asked.id)
         OR EXISTS (SELECT 1 FROM run_jobs JOIN plans USING (run_id)
           WHERE job_id = asked.id AND plans.state <> 'cancelled')
         OR EXISTS (SELECT 1 FROM jobs WHERE jobs.id = asked.id AND retried_at > ALL (
           SELECT plans.finished_at FROM run_jobs JOIN plans USING (run_id) WHERE job_id = asked.id))`,
      [ids],
    );
    const wanted = new Set(rows.map((row) => row.id));
    return ids.map((one) => wanted.has(one));
  });
}

export function runIds(tx: SqlExecutor, id: string): Promise<string[]> {
  return together(tx, 'jobs.runIds', id, async (ids) => {
    const rows = await tx.query<{ job_id: string; run_id: string }>(
      'SELECT job_id, run_id FROM run_jobs WHERE job_id = ANY ($1) ORDER BY run_id DESC',
      [ids],
    );
    return ids.map((one) => rows.filter((row) => row.job_id === one).map((row) => row.run_id));
  });
}

/** Runs whose jobs have all ended become `done`. Locked first, so that of two last jobs the second sees the first. */
export function finishRuns(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
  return together(tx, 'jobs.finishRuns', jobIds, async (lists) => {
    const rows = await tx.query<{ run_id: string }>(
      `SELECT run_id FROM plans
       WHERE state = 'enqueued' AND run_id = ANY (ARRAY(SELECT run_id FROM run_jobs WHERE job_id = ANY ($1)))
       ORDER BY run_id FOR NO KEY UPDATE`,
      [lists.flat()],
    );
    if (rows.length > 0)
      await tx.query(
        `UPDATE plans SET state = 'done', finished_at = now()
         WHERE state = 'enqueued' AND run_id = ANY ($1)
           AND NOT EXISTS (SELECT 1 FROM run_jobs JOIN jobs ON jobs.id = run_jobs.job_id
             WHERE run_jobs.run_id = plans.run_id
               AND jobs.state IN ('blocked', 'queued', 'claimed', 'running', 'waiting'))`,
        [rows.map((row) => row.run_id)],
      );
    return lists.map(() => undefined);
  });
}

/** Runs that were done and have work again. Locked first, as `finishRuns` does: one that is being finished is seen as done. */
export async function reopenRuns(tx: SqlExecutor, jobIds: readonly string[]): Promise<void> {
  const rows = await tx.query<{ run_id: string }>(
    `SELECT run_id FROM plans WHERE run_id = ANY (ARRAY(SELECT run_id FROM run_jobs WHERE job_id = ANY ($1)))
     ORDER BY run_id FOR NO KEY UPDATE`,
    [jobIds],
  );
  await tx.query(
    `UPDATE plans SET state = 'enqueued', finished_at = NULL WHERE state = 'done' AND run_id = ANY ($1)`,
    [rows.map((row) => row.run_id)],
  );
}
