import type { ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import type { databaseSection } from '../config/platform-sections.ts';
import { parseDatabaseUrl, type DatabaseConnection } from './connection.ts';
import { EmbeddedPostgres } from './embedded/embedded-postgres.ts';

export interface OpenDatabase {
  readonly connection: DatabaseConnection;
  /** Resolves when the database is lost for good; never for an external one, which may come back. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}

/** `DATABASE_URL`, else the embedded Postgres of the data directory. */
export async function openDatabase(
  config: ConfigOf<typeof databaseSection>,
  dataDirectory: string,
  logger: StructuredLogger,
  settings: Readonly<Record<string, string>> = {},
): Promise<OpenDatabase> {
  if (config.DATABASE_URL !== undefined) {
    return {
      connection: parseDatabaseUrl(config.DATABASE_URL),
      failure: new Promise(() => undefined),
      stop: () => Promise.resolve(),
    };
  }
  const embedded = await EmbeddedPostgres.start({ dataDirectory, logger, settings });
  return { connection: embedded.connection, failure: embedded.failure, stop: () => embedded.stop() };
}
