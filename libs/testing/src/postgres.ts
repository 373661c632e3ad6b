import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { createLogger } from '@ironwheel/logging';
import pg from 'pg';
import { migrate } from '../../../apps/controller/src/platform/database/migrate.ts';
import {
  findMigrationsFolder,
  readMigrations,
} from '../../../apps/controller/src/platform/database/migrations.ts';
import { parseDatabaseValues } from '../../../apps/controller/src/platform/database/parse-values.ts';
import { toClientOptions } from '../../../apps/controller/src/platform/database/connection.ts';
import { EmbeddedPostgres } from '../../../apps/controller/src/platform/database/embedded/embedded-postgres.ts';
import { endWithThisProcess } from './postgres-watchdog.ts';

/** A database of its own, with every migration applied, for one test file. */
export interface TestDatabase extends SqlExecutor {
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** One transaction on one connection. */
  transaction<T>(work: (tx: SqlExecutor) => Promise<T>): Promise<T>;
  /** Drops the database, whoever is still connected. */
  close(): Promise<void>;
}

const template = 'ironwheel_template';

/** What tests do not need: they survive no crash. */
const fastSettings: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '300',
};

interface SharedServer {
  readonly embedded: EmbeddedPostgres;
  readonly directory: string;
}

let shared: Promise<SharedServer> | undefined;

/** Clones the template into a new database on the private Postgres of this vitest worker, which is started once. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const { embedded } = await (shared ??= startServer());
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(embedded, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const connection = { ...embedded.connection, database: name };
  const pool = new pg.Pool({
    ...toClientOptions(connection, 'ironwheel-test'),
    max: 10,
    types: parseDatabaseValues,
  });
  // Connections that the drop at the end cuts are no failure of a test.
  pool.on('error', () => undefined);
  const query = async <Row extends object>(
    text: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> => (await pool.query<Row & pg.QueryResultRow>(text, [...parameters])).rows;
  const { user, password, host } = connection;
  return {
    url: `postgres://${user}:${encodeURIComponent(password)}@localhost/${name}?host=${encodeURIComponent(host)}`,
    query,
    transaction: (work) => runTransaction(pool, work),
    close: async () => {
      await pool.end();
      await administer(embedded, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function startServer(): Promise<SharedServer> {
  const directory = createTestDirectory('pg');
  const logger = createLogger({ service: 'test', level: 'error', pretty: false });
  const embedded = await EmbeddedPostgres.start({
    dataDirectory: directory,
    logger,
    database: template,
    settings: fastSettings,
  });
  endWithThisProcess(embedded.pid, directory);
  await migrate(
    embedded.connection,
    readMigrations(findMigrationsFolder()),
    createLogger({ service: 'test', level: 'silent' }),
  );
  return { embedded, directory };
}

/** A directory below the system's temporary one that the database's user may pass through. */
export function createTestDirectory(label: string): string {
  const directory = mkdtempSync(join(tmpdir(), `iw-${label}-`));
  chmodSync(directory, 0o711);
  return directory;
}

export function removeTestDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

async function administer(embedded: EmbeddedPostgres, statement: string): Promise<void> {
  const client = new pg.Client(
    toClientOptions({ ...embedded.connection, database: 'postgres' }, 'ironwheel-test-admin'),
  );
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function runTransaction<T>(pool: pg.Pool, work: (tx: SqlExecutor) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work({
      query: async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
        (await client.query<Row & pg.QueryResultRow>(text, [...parameters])).rows,
    });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
