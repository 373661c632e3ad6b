import { Logger, run, runMigrations } from 'graphile-worker';
import type pg from 'pg';
import type { ClaimsStage } from './claims-stage.ts';
import type { Program, Round } from './program.ts';

const jobsOfACall = 20_000;
const quiet = new Logger(() => () => undefined);

/** graphile-worker with its default settings, but for as many tasks at once as are asked for. */
export async function openGraphileWorker(
  stage: ClaimsStage,
): Promise<{ readonly program: Program; close(): Promise<void> }> {
  const pool = await stage.createDatabase('graphile');
  const connectionString = stage.databaseUrl('graphile');
  await runMigrations({ connectionString, logger: quiet });
  const program: Program = {
    name: 'graphile-worker',
    fill: (waiting) => fill(pool, waiting),
    run: (inFlight, count) => runWorker(connectionString, inFlight, count),
  };
  return { program, close: () => pool.end() };
}

async function fill(pool: pg.Pool, waiting: number): Promise<void> {
  const { rows } = await pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM graphile_worker._private_jobs',
  );
  for (let missing = waiting - (rows[0]?.count ?? 0); missing > 0; missing -= jobsOfACall) {
    await pool.query(
      `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
         SELECT ROW('build', '{}'::json, NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec
         FROM generate_series(1, $1::int)))`,
      [Math.min(missing, jobsOfACall)],
    );
  }
  await pool.query('VACUUM (ANALYZE) graphile_worker._private_jobs');
}

/** From the first job to the one after which `count` are done. */
async function runWorker(connectionString: string, inFlight: number, count: number): Promise<Round> {
  let startedAt = 0;
  let done = 0;
  const finished = Promise.withResolvers<Round>();
  const runner = await run({
    connectionString,
    concurrency: inFlight,
    noHandleSignals: true,
    logger: quiet,
    taskList: {
      build: () => {
        startedAt ||= performance.now();
        done += 1;
        if (done === count) finished.resolve({ jobs: done, ms: performance.now() - startedAt });
      },
    },
  });
  try {
    return await finished.promise;
  } finally {
    await runner.stop();
  }
}
