import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ironwheel/logging';
import pg from 'pg';
import { v7 } from 'uuid';
import { nodeFlags } from '../../../apps/cli/src/bundle-paths.ts';
import { toClientOptions } from '../../../apps/controller/src/platform/database/connection.ts';
import { EmbeddedPostgres } from '../../../apps/controller/src/platform/database/embedded/embedded-postgres.ts';
import { parseDatabaseValues } from '../../../apps/controller/src/platform/database/parse-values.ts';
import { processTree } from '../fleet/process-figures.ts';
import { endWithThisProcess } from '../../../libs/testing/src/postgres-watchdog.ts';

export const adminToken = 'benchmark-token-of-a-throwaway-controller';
/** Every job of the benchmark is for this target. */
export const target = { python_tag: 'cp312', platform_tag: 'linux_x86_64' };
const workerCount = 64;

export interface BenchWorker {
  readonly id: string;
  readonly privateKey: KeyObject;
}

/** The one Postgres of a run, with the settings of every controller, and a controller on it. */
export class ClaimsStage {
  readonly workers: BenchWorker[] = [];
  #controller: ChildProcess | null = null;
  #port = 0;
  #made = 0;
  #filledTo = 0;

  private constructor(
    readonly directory: string,
    readonly postgres: EmbeddedPostgres,
    readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<ClaimsStage> {
    const directory = mkdtempSync(join(tmpdir(), 'iw-bench-claims-'));
    chmodSync(directory, 0o711);
    const postgres = await EmbeddedPostgres.start({
      dataDirectory: directory,
      logger: createLogger({ service: 'bench', level: 'error', pretty: false }),
    });
    // However this benchmark ends, nothing of it stays.
    endWithThisProcess(postgres.pid, directory);
    const pool = new pg.Pool({
      ...toClientOptions(postgres.connection, 'ironwheel-bench'),
      max: 10,
      types: parseDatabaseValues,
    });
    // Connections that the end of Postgres cuts are no failure.
    pool.on('error', () => undefined);
    const stage = new ClaimsStage(directory, postgres, pool);
    await stage.#startController();
    await stage.#enrolWorkers();
    return stage;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  databaseUrl(database: string = this.postgres.connection.database): string {
    const { user, password, host } = this.postgres.connection;
    return `postgres://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}`;
  }

  /** Processes whose work counts, besides this one. */
  listPids(): number[] {
    return [
      ...processTree(this.postgres.pid ?? 0),
      ...(this.#controller?.pid === undefined ? [] : [this.#controller.pid]),
    ];
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** An empty database beside the controller's own, for another program. */
  async createDatabase(name: string): Promise<pg.Pool> {
    await this.query(`CREATE DATABASE ${name}`);
    const options = toClientOptions({ ...this.postgres.connection, database: name }, 'bench');
    return new pg.Pool({ ...options, max: 2 });
  }

  /** At least `waiting` queued jobs, beside what was claimed before, which a controller keeps as well. */
  async topUp(waiting: number): Promise<void> {
    if (waiting !== this.#filledTo) return this.fill(waiting);
    await this.#insertMissing(waiting);
  }

  /** `waiting` queued jobs; nothing of what was claimed before is left. */
  async fill(waiting: number): Promise<void> {
    this.#filledTo = waiting;
    await this.query('TRUNCATE attempts, decisions, events, log_chunks CASCADE');
    await this.query(`DELETE FROM jobs WHERE state <> 'queued'`);
    await this.#insertMissing(waiting);
    await this.query('VACUUM (ANALYZE) jobs');
    await this.query('VACUUM (ANALYZE) queue_items');
    await this.query('ANALYZE attempts');
  }

  async close(): Promise<void> {
    if (this.#controller !== null) {
      const ended = once(this.#controller, 'close');
      this.#controller.kill('SIGTERM');
      await ended;
    }
    await this.pool.end();
    await this.postgres.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #insertMissing(waiting: number): Promise<void> {
    const [row] = await this.query<{ count: number }>('SELECT count(*)::int AS count FROM queue_items');
    const missing = waiting - (row?.count ?? 0);
    if (missing > 0) await this.#insertJobs(missing);
  }

  async #insertJobs(count: number): Promise<void> {
    const from = this.#made;
    this.#made += count;
    await this.query(
      `WITH made AS (
         INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state, queued_at)
         SELECT format('job_%s-%s-7000-8000-%s', lpad(to_hex(n >> 16), 8, '0'), lpad(to_hex(n & 65535), 4, '0'),
                  lpad(to_hex(n), 12, '0')),
                'package-' || n, '1.0', $3, $4, 1, 'queued', now() + make_interval(secs => n / 1e6)
         FROM generate_series($1::int, $2::int) AS n
         RETURNING id, pool, platform_tag, python_tag, priority, queued_at)
       INSERT INTO queue_items (job_id, pool, platform_tag, python_tag, priority, enqueued_at) SELECT * FROM made`,
      [from + 1, from + count, target.python_tag, target.platform_tag],
    );
  }

  async #startController(): Promise<void> {
    this.#port = await findFreePort();
    const child = spawn(process.execPath, [...nodeFlags.controller, join('dist', 'controller', 'main.mjs')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CONTROL_PLANE_TOKEN: adminToken,
        DATABASE_URL: this.databaseUrl(),
        IRONWHEEL_DATA_DIR: join(this.directory, 'controller'),
        HTTP_ADDR: `127.0.0.1:${this.#port}`,
        LOG_LEVEL: 'warn',
        // What is claimed and left alone stays claimed.
        CLAIM_LEASE_S: '3600',
      },
    });
    this.#controller = child;
    const ended = once(child, 'close').then(() => {
      throw new Error('the controller ended before it was ready');
    });
    const isReady = () =>
      fetch(`${this.url}/api/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await Promise.race([isReady(), ended]))) await new Promise((resolve) => setTimeout(resolve, 50));
    ended.catch(() => undefined);
  }

  async #enrolWorkers(): Promise<void> {
    for (let index = 0; index < workerCount; index += 1) {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const id = `wrk_${v7()}`;
      await this.query(
        `INSERT INTO workers (id, name, public_key, pool, hostname, version) VALUES ($1, $2, $3, 'default', 'bench', '0.1.0')`,
        [id, `worker-${index}`, publicKey.export({ type: 'spki', format: 'pem' })],
      );
      this.workers.push({ id, privateKey });
    }
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
