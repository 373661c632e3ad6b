import { setTimeout as pause } from 'node:timers/promises';
import type { StructuredLogger } from '@ironwheel/logging';
import pg from 'pg';
import { isDatabaseUnavailable } from '../errors/to-error-answer.ts';
import { toClientOptions, type DatabaseConnection } from './connection.ts';
import type { Migration } from './migrations.ts';

/** The database and this version of Ironwheel do not fit; nothing was changed. */
export class MigrationRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MigrationRefusedError';
  }
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** Any constant; the same in every controller, so that one migrates and the others wait. */
const lockNumber = 4_917_330_571;
const connectWithinMs = 30_000;
const connectEveryMs = 500;

/**
 * Applies what is missing, each migration in a transaction of its own, under an advisory lock. Refuses when an
 * applied one was changed since, or when the database is newer than this code.
 */
export async function migrate(
  connection: DatabaseConnection,
  migrations: readonly Migration[],
  logger: StructuredLogger,
): Promise<void> {
  const client = await connectPatiently(connection, logger);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const applied = await client.query<AppliedMigration>(
      'SELECT number, name, checksum FROM schema_migrations ORDER BY number',
    );
    checkApplied(applied.rows, migrations);
    for (const migration of migrations.slice(applied.rows.length)) await apply(client, migration, logger);
  } finally {
    await client.end();
  }
}

/** A database server that starts together with the controller gets half a minute; a refused sign-in gets none. */
async function connectPatiently(
  connection: DatabaseConnection,
  logger: StructuredLogger,
): Promise<pg.Client> {
  const end = performance.now() + connectWithinMs;
  for (;;) {
    const client = new pg.Client(toClientOptions(connection, 'ironwheel-migrate'));
    client.on('error', (error) => logger.warn('the migration connection broke', { error: error.message }));
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!isDatabaseUnavailable(error) || performance.now() > end) {
        throw new Error(`the database at ${connection.host} cannot be used`, { cause: error });
      }
      logger.warn('the database does not answer yet', { host: connection.host });
      await pause(connectEveryMs);
    }
  }
}

function checkApplied(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  for (const [index, row] of applied.entries()) {
    const label = `${String(row.number).padStart(4, '0')}_${row.name}`;
    const migration = migrations[index];
    if (migration === undefined) {
      throw new MigrationRefusedError(
        `The database was made by a newer Ironwheel (it has migration ${label}, this version ends at ${migrations.length}). Start the newer version, or restore a backup taken before the upgrade.`,
      );
    }
    if (row.number !== migration.number || row.checksum !== migration.checksum) {
      throw new MigrationRefusedError(
        `Migration ${label} was changed after it was applied to this database. Restore the file of the release that applied it.`,
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration, logger: StructuredLogger): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${migration.number} (${migration.name}) failed`, { cause: error });
  }
  logger.info('a database migration was applied', { migration: migration.number, name: migration.name });
}
