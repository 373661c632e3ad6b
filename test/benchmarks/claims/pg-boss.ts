import { PgBoss } from 'pg-boss';
import type { ClaimsStage } from './claims-stage.ts';
import { runTurns, type Program } from './program.ts';

const queue = 'build';
const jobsOfACall = 10_000;

/** pg-boss with its default settings: `fetch` of one job and `complete`. */
export async function openPgBoss(
  stage: ClaimsStage,
): Promise<{ readonly programs: Program[]; close(): Promise<void> }> {
  const pool = await stage.createDatabase('pgboss');
  const boss = new PgBoss({ connectionString: stage.databaseUrl('pgboss') });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${String(error)}\n`));
  await boss.start();
  await boss.createQueue(queue);
  const program: Program = {
    name: 'pg-boss',
    fill: async (waiting) => {
      await pool.query(`DELETE FROM pgboss.job WHERE state = 'completed'`);
      const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM pgboss.job');
      for (let missing = waiting - (rows[0]?.count ?? 0); missing > 0; missing -= jobsOfACall) {
        await boss.insert(
          queue,
          Array.from({ length: Math.min(missing, jobsOfACall) }, () => ({ data: {} })),
        );
      }
      await pool.query('VACUUM (ANALYZE) pgboss.job');
    },
    run: (inFlight, count) =>
      runTurns(inFlight, count, async () => {
        const [job] = await boss.fetch(queue);
        if (job === undefined) throw new Error('pg-boss had nothing to fetch');
        await boss.complete(queue, job.id);
      }),
  };
  const close = async (): Promise<void> => {
    await boss.stop({ graceful: false });
    await pool.end();
  };
  return { programs: [program], close };
}
