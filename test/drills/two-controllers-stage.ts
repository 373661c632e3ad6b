import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createLogger } from '@ironwheel/logging';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import pg from 'pg';
import { toClientOptions } from '../../apps/controller/src/platform/database/connection.ts';
import { EmbeddedPostgres } from '../../apps/controller/src/platform/database/embedded/embedded-postgres.ts';
import { endWithThisProcess } from '../../libs/testing/src/postgres-watchdog.ts';
import { repositoryRoot } from '../guards/repository-files.ts';
import { DrillProcess, until } from './drill-process.ts';

const token = 'token-of-two-throwaway-controllers';
/** Short, so that what a killed worker held is soon with another. */
const shortLeases = { CLAIM_LEASE_S: '10', CLAIM_GRACE_MIN_S: '3' };

const bundle = (name: string): string => join(repositoryRoot, 'dist', name);

/** A process that is started again after it was killed. */
export interface Actor {
  readonly name: string;
  process: DrillProcess;
  readonly start: () => DrillProcess;
}

/** Two controllers that share a Postgres and a directory of artifacts, and workers that are divided between them. */
export class TwoControllersStage {
  readonly controllers: Actor[] = [];
  readonly workers: Actor[] = [];
  readonly #directory: string;
  readonly #ports: number[] = [];

  private constructor(
    directory: string,
    readonly postgres: EmbeddedPostgres,
    readonly pool: pg.Pool,
  ) {
    this.#directory = directory;
  }

  static async open(): Promise<TwoControllersStage> {
    const directory = createTestDirectory('two');
    const postgres = await EmbeddedPostgres.start({
      dataDirectory: directory,
      logger: createLogger({ service: 'drill', level: 'error', pretty: false }),
    });
    endWithThisProcess(postgres.pid, directory);
    const pool = new pg.Pool({ ...toClientOptions(postgres.connection, 'ironwheel-drill'), max: 2 });
    pool.on('error', () => undefined);
    return new TwoControllersStage(directory, postgres, pool);
  }

  async startControllers(): Promise<void> {
    for (const index of [0, 1]) {
      this.#ports[index] = await findFreePort();
      this.#shareArtifacts(index);
      const start = (): DrillProcess =>
        this.#start(`controller ${index}`, [bundle('controller/main.mjs')], {
          HTTP_ADDR: `127.0.0.1:${this.#ports[index] ?? 0}`,
          DATABASE_URL: this.#databaseUrl,
          CONTROL_PLANE_TOKEN: token,
          IRONWHEEL_DATA_DIR: join(this.#directory, `controller-${index}`),
          LOG_LEVEL: 'warn',
          ...shortLeases,
        });
      this.controllers.push({ name: `controller ${index}`, process: start(), start });
      await this.untilReady(index);
    }
  }

  untilReady(index: number): Promise<boolean> {
    return until(
      `a ready controller ${index}`,
      () =>
        fetch(`${this.#url(index)}/api/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      () => this.tell(),
    );
  }

  async startWorkers(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const name = `worker-${index}`;
      const state = join(this.#directory, name);
      const url = this.#url(index % 2);
      const minted = await this.call<{ token: string }>('POST', '/api/tokens', { name, role: 'worker' });
      const args = [bundle('agent/main.mjs'), 'enroll', '--url', url, '--state-dir', state, '--name', name];
      const enrolment = this.#start(`enrol ${name}`, args, {}, `${minted.token}\n`);
      await enrolment.ended;
      if (!existsSync(join(state, 'worker.json'))) throw new Error(enrolment.lines.join('\n'));
      const start = (): DrillProcess =>
        this.#start(name, [bundle('agent/main.mjs'), 'worker', '--json'], {
          IRONWHEEL_STATE_DIR: state,
          RUNNER: 'stub',
          WORKER_SLOTS: '4',
        });
      this.workers.push({ name, process: start(), start });
    }
  }

  /** Asks whichever controller answers. */
  async call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return until(`${method} ${path}`, async () => {
      for (const index of [0, 1]) {
        const answer = await fetch(this.#url(index) + path, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }).catch(() => null);
        if (answer?.ok === true) return (await answer.json()) as Body;
      }
      return null;
    });
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  tell(): string {
    return [...this.controllers, ...this.workers]
      .map(({ name, process }) => `--- ${name}\n${process.lines.slice(-8).join('\n')}`)
      .join('\n');
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers, ...this.controllers].map(({ process }) => process.kill()));
    await this.pool.end();
    await this.postgres.stop();
    removeTestDirectory(this.#directory);
  }

  /** Storage that both see, as a mount would be. */
  #shareArtifacts(index: number): void {
    const shared = join(this.#directory, 'artifacts');
    const own = join(this.#directory, `controller-${index}`);
    for (const directory of [shared, own]) mkdirSync(directory, { recursive: true, mode: 0o700 });
    symlinkSync(shared, join(own, 'artifacts'));
  }

  get #databaseUrl(): string {
    const { user, password, host, database } = this.postgres.connection;
    return `postgres://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}`;
  }

  #url(index: number): string {
    return `http://127.0.0.1:${this.#ports[index] ?? 0}`;
  }

  #start(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    stdin = '',
  ): DrillProcess {
    const { PATH = '', HOME = '' } = process.env;
    return new DrillProcess(name, args, { PATH, HOME, ...env }, stdin);
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
