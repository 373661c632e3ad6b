import { Logger, run, runMigrations } from 'graphile-worker';
import type pg from 'pg';
import type { ClaimsStage } from './claims-stage.ts';
import type { Program, Round } from './program.ts';

const jobsOfACall = 20_000;
const quiet = new Logger(() => () => undefined);

/**
 * graphile-worker twice: with its default settings, which run one job at a time (`concurrentJobs`) however many are asked
 * for, and with the defaults but for as many at once as are asked for.
 */
export async function openGraphileWorker(
  stage: ClaimsStage,
): Promise<{ readonly programs: Program[]; close(): Promise<void> }> {
  const pool = await stage.createDatabase('graphile');
  const connectionString = stage.databaseUrl('graphile');
  await runMigrations({ connectionString, logger: quiet });
  const withFill = (name: string, runRound: Program['run']): Program => ({
    name,
    fill: (waiting) => fill(pool, waiting),
    run: runRound,
  });
  const programs = [
    withFill('graphile-worker, defaults', (_inFlight, count) => runWorker(connectionString, {}, count)),
    withFill('graphile-worker', (inFlight, count) =>
      runWorker(connectionString, { concurrency: inFlight }, count),
    ),
  ];
  return { programs, close: () => pool.end() };
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
async function runWorker(
  connectionString: string,
  settings: { readonly concurrency?: number },
  count: number,
): Promise<Round> {
  let startedAt = 0;
  let done = 0;
  const finished = Promise.withResolvers<Round>();
  const runner = await run({
    connectionString,
    ...settings,
    noHandleSignals: true,
    logger: quiet,
    taskList: {
      build: () => {
        startedAt ||= performance.now();
        done += 1;
        if (done === count) finished.resolve({ jobs: done, ms: performance.now() - startedAt, taken: done });
      },
    },
  });
  try {
    return await finished.promise;
  } finally {
    await runner.stop();
  }
}
