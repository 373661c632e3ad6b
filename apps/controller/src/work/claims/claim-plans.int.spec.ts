import { randomUUID } from 'node:crypto';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';
import { Database, newId } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { ClaimsRepository } from './claims.repository.ts';

const jobsOfAWorker = 3000;
const atOnce = 20;

describe('what a claim reads', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  let database: Database;
  let workerId: string;
  beforeAll(async () => {
    controller = await startController();
    at = new ClaimsFixture(controller);
    database = controller.app.get(Database, { strict: false });
    workerId = (await at.worker()).id;
  });
  afterAll(() => controller.close());

  const fill = async (): Promise<void> => {
    await database.query(
      `WITH made AS (
         INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state, queued_at, attempt_count)
         SELECT 'job_' || gen_random_uuid(), 'package-' || n, '1.0', $1, $2, 1, 'queued', now(), 1 FROM generate_series(1, $3::int) AS n
         RETURNING id, pool, platform_tag, python_tag, priority, queued_at
       ), queued AS (
         INSERT INTO queue_items (job_id, pool, platform_tag, python_tag, priority, enqueued_at) SELECT * FROM made
       )
       INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state, finished_at)
       SELECT 'att_' || gen_random_uuid(), id, 1, $4, id, nextval('fencing_numbers'), 'failed', now() FROM made`,
      [at.target.python_tag, at.target.platform_tag, jobsOfAWorker, workerId],
    );
  };

  /** The statements of a gathered claim, and the rows of each table that they came by. */
  const claim = (): Promise<Record<string, number>> => {
    const claims = controller.app.get(ClaimsRepository, { strict: false });
    const lane = { pool: 'default', pythonTag: at.target.python_tag, platformTag: at.target.platform_tag };
    const toKey = () => ({ workerId, claimKey: randomUUID() });
    return controller.app.get(QueueGateway, { strict: false }).claiming(({ take }) =>
      database.transaction(
        async (tx) => {
          const before = await countRead(tx);
          await claims.begin(tx, Array.from({ length: atOnce }, toKey), true);
          const jobIds = await take(tx, [lane], atOnce);
          const grants = jobIds.map((jobId) => ({
            ...toKey(),
            jobId,
            attemptId: newId('attempt'),
            runner: 'stub',
            holding: [],
          }));
          expect(await claims.grant(tx, grants, 3600)).toHaveLength(jobIds.length);
          const after = await countRead(tx);
          return Object.fromEntries(
            Object.entries(after).map(([table, rows]) => [table, rows - (before[table] ?? 0)]),
          );
        },
        { plans: 'generic' },
      ),
    );
  };

  it('is what it grants, though the plans were made when the tables were empty', async () => {
    // A statement is prepared the second time it is seen.
    for (let time = 0; time < 3; time += 1) await claim();
    await fill();
    const read = await claim();
    expect(Object.keys(read)).toEqual(['attempts', 'jobs', 'queue_items']);
    for (const [table, rows] of Object.entries(read))
      expect(rows, `rows of ${table}`).toBeLessThanOrEqual(5 * atOnce);
  });
});

/** Rows by table that this connection came by lately. */
async function countRead(tx: SqlExecutor): Promise<Record<string, number>> {
  const rows = await tx.query<{ relname: string; read: number }>(
    `SELECT relname, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS read FROM pg_stat_xact_user_tables
     WHERE relname IN ('attempts', 'jobs', 'queue_items') ORDER BY relname`,
  );
  return Object.fromEntries(rows.map(({ relname, read }) => [relname, read]));
}
