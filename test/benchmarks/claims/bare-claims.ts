import { randomUUID } from 'node:crypto';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { PostgresQueueBackend } from '../../../plugins/queue-postgres/src/postgres-queue-backend.ts';
import type pg from 'pg';
import { v7 } from 'uuid';
import { ClaimsRepository } from '../../../apps/controller/src/work/claims/claims.repository.ts';
import { target, type ClaimsStage } from './claims-stage.ts';
import { runTurns, type Program } from './program.ts';

const lane = { pool: 'default', pythonTag: target.python_tag, platformTag: target.platform_tag };
/** As many as a controller has (DATABASE_POOL_SIZE). */
const connections = 10;

/** The statements of the gathered claim without anything around them; planned anew each time, where a controller prepares them. */
export class BareClaims {
  readonly #claims: ClaimsRepository;
  readonly #queue: PostgresQueueBackend;

  constructor(private readonly stage: ClaimsStage) {
    const sql = toExecutor(stage.pool);
    // The claim hands its own transaction in with each statement.
    this.#claims = Reflect.construct(ClaimsRepository, [sql]) as ClaimsRepository;
    this.#queue = new PostgresQueueBackend(sql);
  }

  /** One transaction for one job for each of `count` workers. */
  async claim(count: number, first = 0): Promise<void> {
    const { workers } = this.stage;
    const keys = Array.from({ length: count }, (_, index) => ({
      workerId: workers[(first + index) % workers.length]?.id ?? '',
      claimKey: randomUUID(),
    }));
    const client = await this.stage.pool.connect();
    try {
      const tx = toExecutor(client);
      await client.query('BEGIN');
      await this.#claims.begin(tx, keys, false);
      const jobs = await this.#queue.take([lane], count, 60_000, tx);
      const grants = jobs.flatMap(({ jobId }, index) => {
        const key = keys[index];
        return key === undefined
          ? []
          : [{ ...key, jobId, attemptId: `att_${v7()}`, runner: 'stub', holding: [] }];
      });
      const granted = await this.#claims.grant(tx, grants, 3600);
      await client.query('COMMIT');
      if (granted.length !== count) throw new Error(`${granted.length} of ${count} jobs were granted`);
    } finally {
      client.release();
    }
  }

  programs(): Program[] {
    const fill = (waiting: number): Promise<void> => this.stage.topUp(waiting);
    return [
      {
        name: 'bare, gathered',
        fill,
        run: async (inFlight, count) => {
          const { jobs, ms, taken } = await runTurns(1, Math.ceil(count / inFlight), () =>
            this.claim(inFlight),
          );
          return { jobs: jobs * inFlight, ms, taken: taken * inFlight };
        },
      },
      {
        name: 'bare, one each',
        fill,
        run: (inFlight, count) =>
          runTurns(Math.min(inFlight, connections), count, (index) => this.claim(1, index)),
      },
    ];
  }
}

const toExecutor = (runner: Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>): SqlExecutor => ({
  query: async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
    (await (runner as pg.Pool).query<Row & pg.QueryResultRow>(text, [...parameters])).rows,
});
