import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StructuredLogger } from '@ironwheel/logging';
import pg from 'pg';
import { toClientOptions, type DatabaseConnection } from '../connection.ts';
import { placeCluster, reachableRoot } from './cluster-place.ts';
import { findDatabaseUser } from './database-user.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';
import { checkClusterVersion, databaseOwner, getPassword, initialiseCluster } from './initialise-cluster.ts';
import { stopOrphan } from './orphan.ts';
import { getPostgresBinaries } from './postgres-binaries.ts';
import { ServerProcess, type ServerExit, type ServerOptions } from './server-process.ts';

/*
 *  starting → running → recovering → running            (the server died and came back)
 *                     ↘ stopping → stopped   ↘ failed   (it cannot come back: `failure` resolves)
 */
export type EmbeddedState = 'starting' | 'running' | 'recovering' | 'stopping' | 'stopped' | 'failed';

export interface EmbeddedOptions {
  /** The controller's data directory, locked by the caller. */
  readonly dataDirectory: string;
  readonly logger: StructuredLogger;
  readonly database?: string;
  /** Postgres settings on top of ours, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

const maxRestarts = 5;
const calmMs = 60_000;
const fastStopMs = 30_000;

/** A private Postgres on a unix socket, watched: when it dies it is started again, with Postgres's own recovery. */
export class EmbeddedPostgres {
  readonly connection: DatabaseConnection;
  /** Resolves when the server died and could not be brought back. */
  readonly failure: Promise<EmbeddedPostgresError>;
  readonly #options: ServerOptions;
  readonly #logger: StructuredLogger;
  #fail: (error: EmbeddedPostgresError) => void = () => undefined;
  #server: ServerProcess;
  #state: EmbeddedState = 'starting';
  #restarts = 0;

  private constructor(options: ServerOptions, connection: DatabaseConnection, logger: StructuredLogger) {
    this.#options = options;
    this.connection = connection;
    this.#logger = logger;
    this.failure = new Promise((resolve) => (this.#fail = resolve));
    this.#server = new ServerProcess(options, logger);
  }

  /** Makes the cluster when there is none, checks its version, ends an orphan, starts the server. */
  static async start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const logger = options.logger.child({ component: 'postgres' });
    const user = findDatabaseUser();
    const binaries = getPostgresBinaries(user, [join(options.dataDirectory, 'cache'), reachableRoot]);
    const place = placeCluster(options.dataDirectory, user, logger);
    const password = getPassword(options.dataDirectory);
    if (!checkClusterVersion(place.data, binaries)) {
      logger.info('a new database is made', { directory: place.data, postgres: binaries.version });
      await initialiseCluster(place.data, binaries, user, password);
    }
    await stopOrphan(place.data, logger);
    const connection: DatabaseConnection = {
      kind: 'embedded',
      host: place.socket,
      port: 5432,
      user: databaseOwner,
      password,
      database: options.database ?? 'ironwheel',
      ssl: false,
    };
    const embedded = new EmbeddedPostgres(
      { binaries, place, user, settings: options.settings ?? {} },
      connection,
      logger,
    );
    await embedded.#awaitFirstStart();
    await createDatabase(connection);
    logger.info('the embedded database runs', {
      postgres: binaries.version,
      pid: embedded.pid,
      binaries: binaries.source,
      ...(user === null ? {} : { database_user: user.name }),
    });
    return embedded;
  }

  get state(): EmbeddedState {
    return this.#state;
  }

  /** Process id of the server that runs now. */
  get pid(): number | undefined {
    return this.#server.pid;
  }

  /** Fast shutdown with a checkpoint; at once when that takes longer than half a minute. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped' || this.#state === 'failed') return;
    this.#state = 'stopping';
    const server = this.#server;
    server.signal('SIGINT');
    const timer = setTimeout(() => {
      this.#logger.warn('the embedded database does not end and is stopped at once');
      server.signal('SIGQUIT');
    }, fastStopMs);
    await server.exited;
    clearTimeout(timer);
    const { place } = this.#options;
    if (place.isSocketTemporary) rmSync(place.socket, { recursive: true, force: true });
    this.#state = 'stopped';
  }

  async #awaitFirstStart(): Promise<void> {
    if (!(await this.#server.ready)) {
      this.#state = 'failed';
      const exit = await this.#server.exited;
      throw new EmbeddedPostgresError(`The embedded database did not start: ${describeExit(exit)}`);
    }
    this.#becomeRunning();
  }

  #becomeRunning(): void {
    this.#state = 'running';
    const server = this.#server;
    const startedAt = performance.now();
    void server.exited.then((exit) => {
      if (this.#state !== 'running' || server !== this.#server) return;
      if (performance.now() - startedAt > calmMs) this.#restarts = 0;
      this.#state = 'recovering';
      this.#logger.error('the embedded database ended by itself and is started again', {
        exit_code: exit.code,
        signal: exit.signal,
      });
      void this.#recover(exit);
    });
  }

  async #recover(firstExit: ServerExit): Promise<void> {
    let lastExit = firstExit;
    while (this.#restarts < maxRestarts) {
      this.#restarts += 1;
      try {
        // Backends outlive a killed postmaster for a moment and hold its shared memory until they have noticed.
        await pause(100 * 2 ** this.#restarts);
        if (this.state !== 'recovering') return;
        await stopOrphan(this.#options.place.data, this.#logger);
        this.#server = new ServerProcess(this.#options, this.#logger);
        if (await this.#server.ready) {
          this.#becomeRunning();
          this.#logger.warn('the embedded database runs again after crash recovery', {
            restarts: this.#restarts,
          });
          return;
        }
        lastExit = await this.#server.exited;
      } catch (error) {
        this.#logger.error('the embedded database could not be started again', { error });
      }
    }
    if (this.state !== 'recovering') return;
    this.#state = 'failed';
    this.#fail(
      new EmbeddedPostgresError(
        `The embedded database ended ${maxRestarts} times and is not started again: ${describeExit(lastExit)}`,
      ),
    );
  }
}

const describeExit = (exit: ServerExit): string =>
  `${exit.signal === null ? `exit code ${String(exit.code)}` : exit.signal}; its last words: ${exit.lastLines.slice(-3).join(' / ')}`;

async function createDatabase(connection: DatabaseConnection): Promise<void> {
  const client = new pg.Client({
    ...toClientOptions({ ...connection, database: 'postgres' }, 'ironwheel-setup'),
  });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [connection.database]);
    if (found.rowCount === 0)
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(connection.database)}`);
  } finally {
    await client.end();
  }
}
