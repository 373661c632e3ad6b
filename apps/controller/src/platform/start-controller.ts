import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig, type Environment, type LoadedConfig } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import { getBootstrapToken, type BootstrapToken } from './auth/bootstrap-token.ts';
import { SYSTEM_CLOCK, type Clock } from './clock/clock.ts';
import {
  authSection,
  databaseSection,
  foreignKeys,
  httpSection,
  platformSections,
} from './config/platform-sections.ts';
import { createApp } from './create-app.ts';
import { migrate } from './database/migrate.ts';
import { findMigrationsFolder, readMigrations } from './database/migrations.ts';
import { openDatabase } from './database/open-database.ts';
import type { Feature } from './feature.ts';
import { listen } from './http/listen.ts';
import { readTlsFiles } from './http/tls-files.ts';
import { DataDirectoryLock, makeDataDirectory } from './lifecycle/data-directory.ts';
import { ShutdownSteps } from './lifecycle/shutdown-steps.ts';
import { stopServing } from './lifecycle/stop-serving.ts';

export interface ControllerOptions {
  readonly env: Environment;
  readonly features: readonly Feature[];
  readonly createLogger: (config: LoadedConfig) => StructuredLogger;
  readonly clock?: Clock;
  /** Settings of the embedded Postgres on top of ours, for tests. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
}

export interface RunningController {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly logger: StructuredLogger;
  readonly bootstrap: BootstrapToken;
  readonly dataDirectory: string;
  /** Resolves with the reason when the controller cannot go on (its embedded database is lost). */
  readonly failure: Promise<Error>;
  /** Graceful: readiness off, long polls end, running requests finish within the bound, database stopped. */
  close(): Promise<void>;
}

/** Loads the whole configuration of the given features. Throws `ConfigError` with all problems. */
function loadControllerConfig(env: Environment, features: readonly Feature[]): LoadedConfig {
  const sections = [...platformSections, ...features.flatMap((feature) => feature.sections ?? [])];
  return loadConfig(sections, env, { foreignKeys });
}

/**
 * Brings a controller up: configuration, data directory, database, migrations, routes, listening. What was begun is
 * undone in reverse order, at the end or when a step fails.
 */
export async function startController(options: ControllerOptions): Promise<RunningController> {
  const config = loadControllerConfig(options.env, options.features);
  const tls = readTlsFiles(config.get(httpSection));
  const logger = options.createLogger(config);
  const steps = new ShutdownSteps(logger);
  try {
    const dataDirectory = makeDataDirectory(config.get(databaseSection).IRONWHEEL_DATA_DIR);
    const lock = await DataDirectoryLock.acquire(dataDirectory);
    steps.add(() => lock.release());
    const bootstrap = getBootstrapToken(config.get(authSection).CONTROL_PLANE_TOKEN, dataDirectory);
    const database = await openDatabase(
      config.get(databaseSection),
      dataDirectory,
      logger,
      options.postgresSettings,
    );
    steps.add(() => database.stop());
    await migrate(database.connection, readMigrations(findMigrationsFolder()), logger);
    const { connection } = database;
    const clock = options.clock ?? SYSTEM_CLOCK;
    const foundation = { config, logger, clock, connection, dataDirectory, bootstrapToken: bootstrap.token };
    const app = await createApp(foundation, options.features, tls);
    steps.add(() => stopServing(app, config.get(httpSection).SHUTDOWN_GRACE_S * 1000, logger));
    const listening = await listen(app, config, logger);
    steps.add(() => listening.stopWatching());
    const { url } = listening;
    logger.info('the controller is ready', { url });
    return {
      url,
      app,
      logger,
      bootstrap,
      dataDirectory,
      failure: database.failure,
      close: () => steps.run(),
    };
  } catch (error) {
    await steps.run();
    throw error;
  }
}
