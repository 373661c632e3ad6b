import { randomUUID } from 'node:crypto';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';
import { Database, newId, shareTransaction } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { ClaimsRepository } from './claims.repository.ts';

const jobsOfAWorker = 3000;
const atOnce = 20;

const read = ['attempts', 'jobs', 'queue_items'];

describe('what is read', () => {
  let controller: TestController;
  let at: ClaimsFixture;
  let database: Database;
  let workerId: string;
  let otherId: string;
  const attempts: { readonly attemptId: string; readonly fencing: number }[] = [];
  beforeAll(async () => {
    controller = await startController();
    at = new ClaimsFixture(controller);
    database = controller.app.get(Database, { strict: false });
    workerId = (await at.worker()).id;
    otherId = (await at.worker()).id;
  });
  afterAll(() => controller.close());

  const fill = async (): Promise<void> => {
    await database.query(
      `WITH made AS (
         INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state, queued_at, attempt_count)
         SELECT 'job_' || gen_random_uuid(), 'package-' || n, '1.0', $1, $2, 1, 'queued', now(), 2 FROM generate_series(1, $3::int) AS n
         RETURNING id, pool, platform_tag, python_tag, priority, queued_at
       ), queued AS (
         INSERT INTO queue_items (job_id, pool, platform_tag, python_tag, priority, enqueued_at) SELECT * FROM made
       )
       INSERT INTO attempts (id, job_id, number, worker_id, claim_key, fencing, state, finished_at)
       SELECT 'att_' || gen_random_uuid(), id, 1, $4, id, nextval('fencing_numbers'), 'failed', now() FROM made
       UNION ALL
       SELECT 'att_' || gen_random_uuid(), id, 2, $5, id, nextval('fencing_numbers'), 'running', NULL FROM made`,
      [at.target.python_tag, at.target.platform_tag, jobsOfAWorker, workerId, otherId],
    );
  };

  /** The statements of a gathered claim, and the rows of each table that they came by. */
  const claim = (isPlain: boolean): Promise<Record<string, number>> => {
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
          // Not the transaction itself, which would be committed.
          const kept = { query: tx.query.bind(tx) };
          const granted = await (isPlain
            ? claims.grantAndCommit(kept, grants, 3600)
            : claims.grant(kept, grants, 3600));
          expect(granted).toHaveLength(jobIds.length);
          attempts.push(...granted.map((row) => ({ attemptId: row.attempt_id, fencing: row.fencing })));
          return differ(before, await countRead(tx));
        },
        { plans: 'generic' },
      ),
    );
  };

  /** What renewals of the last claims read that share a transaction. */
  const renew = (): Promise<Record<string, number>> => {
    const claims = controller.app.get(ClaimsRepository, { strict: false });
    return database.transaction(
      async (tx) => {
        const before = await countRead(tx);
        const renewed = await shareTransaction(
          tx,
          attempts.slice(-atOnce),
          (shared, { attemptId, fencing }) =>
            claims.renew(shared, { attemptId, workerId, fencing, phase: 'build' }, 3600),
        );
        expect(renewed.every((row) => row !== null)).toBe(true);
        return differ(before, await countRead(tx));
      },
      { plans: 'generic' },
    );
  };
  const expectFew = (counted: Record<string, number>): void => {
    expect(Object.keys(counted)).toEqual(read);
    for (const [table, rows] of Object.entries(counted))
      expect(rows, `rows of ${table}`).toBeLessThanOrEqual(5 * atOnce);
  };

  it('is what is granted and renewed, though the plans were made when the tables were empty', async () => {
    // Until then Postgres takes a table for larger than it is.
    await database.query(`ANALYZE ${read.join(', ')}`);
    // A statement is prepared the second time it is seen.
    for (let time = 0; time < 3; time += 1) {
      await claim(true);
      await claim(false);
      await renew();
    }
    await fill();
    expectFew(await claim(true));
    expectFew(await claim(false));
    expectFew(await renew());
  });
});

const differ = (
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(Object.entries(after).map(([table, rows]) => [table, rows - (before[table] ?? 0)]));

/** Rows by table that this connection came by lately. */
async function countRead(tx: SqlExecutor): Promise<Record<string, number>> {
  const rows = await tx.query<{ relname: string; read: number }>(
    `SELECT relname, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS read FROM pg_stat_xact_user_tables
     WHERE relname = ANY ($1) ORDER BY relname`,
    [read],
  );
  return Object.fromEntries(rows.map(({ relname, read }) => [relname, read]));
}
