import type { Recipes } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Database, together } from '../../platform/index.ts';
import type { HintStats } from './hint.row.ts';

export interface NewApplication {
  readonly hintId: string;
  readonly jobId: string;
  readonly attemptId: string;
  readonly line: { readonly no: number; readonly text: string };
  readonly recipeDigest: string;
  readonly recipes: Recipes;
}

export interface ApplicationRow {
  readonly hint_id: string;
  readonly job_id: string;
  readonly name: string;
  readonly version: string;
  readonly attempt_id: string;
  readonly line_no: number;
  readonly line_text: string;
  readonly recipe_digest: string;
  readonly recipes: Recipes;
  readonly outcome: 'succeeded' | 'failed' | 'moved_on' | null;
  readonly next_attempt_id: string | null;
  readonly applied_at: Date;
}

export interface OpenApplication {
  readonly id: number;
  readonly hint_id: string;
}

export interface FailedAttempt {
  readonly attempt_id: string;
  readonly name: string;
  readonly version: string;
  readonly lines: readonly { readonly line_no: number; readonly text: string }[];
}

/** The table `hint_applications`, the column `jobs.hint_recipes`, and the failures that suggestions are made of. */
@Injectable()
export class HintApplicationsRepository {
  constructor(private readonly database: Database) {}

  /** What had its turn in the job's chain of attempts: since it was wished for, or a person retried it. */
  triedIn(tx: SqlExecutor, jobId: string): Promise<{ hint_id: string; recipe_digest: string }[]> {
    return together(tx, 'hints.triedIn', jobId, async (jobIds) => {
      const rows = await tx.query<{ job_id: string; hint_id: string; recipe_digest: string }>(
        `SELECT job_id, hint_id, recipe_digest FROM hint_applications JOIN jobs ON jobs.id = job_id
         WHERE job_id = ANY ($1) AND (jobs.retried_at IS NULL OR applied_at > jobs.retried_at)`,
        [jobIds],
      );
      const byJob = Map.groupBy(rows, (row) => row.job_id);
      return jobIds.map((id) => byJob.get(id) ?? []);
    });
  }

  async insert(tx: SqlExecutor, application: NewApplication): Promise<void> {
    const { hintId, jobId, attemptId, line, recipeDigest, recipes } = application;
    await tx.query(
      `INSERT INTO hint_applications (hint_id, job_id, attempt_id, line_no, line_text, recipe_digest, recipes)
       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
      [hintId, jobId, attemptId, line.no, line.text, recipeDigest, JSON.stringify(recipes)],
    );
  }

  async setJobRecipes(tx: SqlExecutor, jobId: string, recipes: Recipes): Promise<void> {
    await tx.query('UPDATE jobs SET hint_recipes = $2::jsonb WHERE id = $1', [
      jobId,
      JSON.stringify(recipes),
    ]);
  }

  /** Those of which no later attempt has said anything yet, apart from what `attemptId` itself was offered. */
  openOf(tx: SqlExecutor, jobId: string, attemptId: string): Promise<OpenApplication[]> {
    return together(tx, 'hints.openOf', { jobId, attemptId }, async (asked) => {
      const rows = await tx.query<OpenApplication & { job_id: string; attempt_id: string }>(
        `SELECT id, hint_id, job_id, attempt_id FROM hint_applications
         WHERE job_id = ANY ($1) AND outcome IS NULL AND attempt_id <> ALL ($2) ORDER BY id FOR UPDATE`,
        [asked.map((one) => one.jobId), asked.map((one) => one.attemptId)],
      );
      const byJob = Map.groupBy(rows, (row) => row.job_id);
      return asked.map((one) => byJob.get(one.jobId) ?? []);
    });
  }

  async settle(
    tx: SqlExecutor,
    id: number,
    outcome: NonNullable<ApplicationRow['outcome']>,
    nextAttemptId: string,
  ): Promise<void> {
    await tx.query('UPDATE hint_applications SET outcome = $2, next_attempt_id = $3 WHERE id = $1', [
      id,
      outcome,
      nextAttemptId,
    ]);
  }

  /** Of these hints, or of all; hints that were never applied are left out. */
  stats(executor: SqlExecutor, hintIds: readonly string[] | null): Promise<Map<string, HintStats>> {
    return together(executor, 'hints.stats', hintIds, async (lists) => {
      const all = lists.includes(null) ? null : [...new Set(lists.flatMap((list) => list ?? []))];
      const stats = await this.#countOutcomes(executor, all);
      return lists.map((list) =>
        list === null ? stats : new Map([...stats].filter(([id]) => list.includes(id))),
      );
    });
  }

  async #countOutcomes(
    executor: SqlExecutor,
    hintIds: readonly string[] | null,
  ): Promise<Map<string, HintStats>> {
    const rows = await executor.query<HintStats>(
      `SELECT hint_id, count(*)::int AS applied, max(applied_at) AS last_applied_at,
         count(*) FILTER (WHERE outcome = 'succeeded')::int AS succeeded,
         count(*) FILTER (WHERE outcome = 'moved_on')::int AS moved_on,
         count(*) FILTER (WHERE outcome = 'failed')::int AS failed
       FROM hint_applications WHERE $1::text[] IS NULL OR hint_id = ANY ($1) GROUP BY hint_id`,
      [hintIds],
    );
    return new Map(rows.map((row) => [row.hint_id, row]));
  }

  list(hintId: string, limit: number, offset: number): Promise<ApplicationRow[]> {
    return this.database.query<ApplicationRow>(
      `SELECT hint_applications.*, jobs.name, jobs.version FROM hint_applications JOIN jobs ON jobs.id = job_id
       WHERE hint_id = $1 ORDER BY hint_applications.id DESC LIMIT $2 OFFSET $3`,
      [hintId, limit, offset],
    );
  }

  /** The newest attempts that failed with lines to look at. */
  latestFailures(limit: number): Promise<FailedAttempt[]> {
    return this.database.query<FailedAttempt>(
      `SELECT attempts.id AS attempt_id, jobs.name, jobs.version, attempts.error -> 'lines' AS lines
       FROM attempts JOIN jobs ON jobs.id = attempts.job_id
       WHERE attempts.state = 'failed' AND jsonb_array_length(coalesce(attempts.error -> 'lines', '[]')) > 0
       ORDER BY attempts.claimed_at DESC, attempts.id DESC LIMIT $1`,
      [limit],
    );
  }
}
