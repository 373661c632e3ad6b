import 'reflect-metadata';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig, type ConfigSection, type Environment, type LoadedConfig } from '@ironwheel/config';
import { NestLogger, type StructuredLogger } from '@ironwheel/logging';
import type { Server as HttpsServer } from 'node:https';
import { getBootstrapToken, type BootstrapToken } from './auth/bootstrap-token.ts';
import { SYSTEM_CLOCK, type Clock } from './clock/clock.ts';
import { databaseSection, foreignKeys, httpSection, platformSections } from './config/platform-sections.ts';
import { authSection } from './config/platform-sections.ts';
import { migrate } from './database/migrate.ts';
import { findMigrationsFolder, readMigrations } from './database/migrations.ts';
import { openDatabase, type OpenDatabase } from './database/open-database.ts';
import { createFastifyOptions } from './http/fastify-options.ts';
import { installHooks } from './http/install-hooks.ts';
import { PublicAddress, toUrl } from './http/public-address.ts';
import { RouteTable } from './http/route-table.ts';
import { readTlsFiles, watchTlsFiles } from './http/tls-files.ts';
import { DataDirectoryLock, makeDataDirectory } from './lifecycle/data-directory.ts';
import { ShutdownSignal } from './lifecycle/shutdown-signal.ts';
import { Metrics } from './metrics/metrics.ts';
import { serveApiDocs } from './openapi/openapi.ts';
import { PlatformModule } from './platform.module.ts';

/** What a feature hands to the composition root. */
export interface Feature {
  readonly module: Type | DynamicModule;
  /** The config sections that the feature reads. */
  readonly sections?: readonly ConfigSection[];
}

export interface ControllerOptions {
  readonly env: Environment;
  readonly features: readonly Feature[];
  readonly createLogger: (config: LoadedConfig) => StructuredLogger;
  readonly clock?: Clock;
  /** Postgres settings of the embedded database, for tests. */
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
export function loadControllerConfig(env: Environment, features: readonly Feature[]): LoadedConfig {
  const sections = [...platformSections, ...features.flatMap((feature) => feature.sections ?? [])];
  return loadConfig(sections, env, { foreignKeys });
}

/** Brings a controller up, in order: configuration, data directory, database, migrations, routes, listening. */
export async function startController(options: ControllerOptions): Promise<RunningController> {
  const config = loadControllerConfig(options.env, options.features);
  const tls = readTlsFiles(config.get(httpSection));
  const logger = options.createLogger(config);
  const dataDirectory = makeDataDirectory(config.get(databaseSection).IRONWHEEL_DATA_DIR);
  const undo: (() => Promise<void>)[] = [];
  try {
    const lock = await DataDirectoryLock.acquire(dataDirectory);
    undo.push(() => lock.release());
    const bootstrap = getBootstrapToken(config.get(authSection).CONTROL_PLANE_TOKEN, dataDirectory);
    const database = await openDatabase(
      config.get(databaseSection),
      dataDirectory,
      logger,
      options.postgresSettings,
    );
    undo.push(() => database.stop());
    await migrate(database.connection, readMigrations(findMigrationsFolder()), logger);
    const app = await createApp(options, { config, logger, dataDirectory, bootstrap, database, tls });
    undo.push(() => app.close());
    const url = await listen(app, config);
    const stopWatching =
      tls === null
        ? () => undefined
        : watchTlsFiles(config.get(httpSection), app.getHttpServer() as unknown as HttpsServer, logger);
    const close = createClose(app, config, logger, [
      () => Promise.resolve(stopWatching()),
      ...undo.slice(0, 2).reverse(),
    ]);
    logger.info('the controller is ready', { url });
    return { url, app, logger, bootstrap, dataDirectory, failure: database.failure, close };
  } catch (error) {
    for (const step of undo.reverse()) {
      await step().catch((failure: unknown) =>
        logger.error('cleaning up after a failed start failed', { error: failure }),
      );
    }
    throw error;
  }
}

interface Parts {
  readonly config: LoadedConfig;
  readonly logger: StructuredLogger;
  readonly dataDirectory: string;
  readonly bootstrap: BootstrapToken;
  readonly database: OpenDatabase;
  readonly tls: ReturnType<typeof readTlsFiles>;
}

async function createApp(options: ControllerOptions, parts: Parts): Promise<NestFastifyApplication> {
  const platform = PlatformModule.create({
    config: parts.config,
    logger: parts.logger,
    clock: options.clock ?? SYSTEM_CLOCK,
    connection: parts.database.connection,
    dataDirectory: parts.dataDirectory,
    bootstrapToken: parts.bootstrap.token,
  });
  class RootModule {}
  Module({ imports: [platform, ...options.features.map((feature) => feature.module)] })(RootModule);
  const adapter = new FastifyAdapter(createFastifyOptions(parts.config.get(httpSection), parts.tls) as never);
  const app = await NestFactory.create<NestFastifyApplication>(RootModule, adapter, {
    logger: new NestLogger(parts.logger.child({ component: 'nest' })),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  app.get(RouteTable).watch(fastify as never);
  await installHooks(fastify as never, app.get(Metrics), parts.tls !== null);
  try {
    serveApiDocs(app);
    await app.init();
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function listen(app: NestFastifyApplication, config: LoadedConfig): Promise<string> {
  const { HTTP_ADDR, TLS_CERT_FILE } = config.get(httpSection);
  await app.listen(HTTP_ADDR.port, HTTP_ADDR.host);
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : HTTP_ADDR.port;
  const url = toUrl(TLS_CERT_FILE !== undefined, HTTP_ADDR.host, port);
  app.get(PublicAddress).setListening(url);
  return url;
}

function createClose(
  app: NestFastifyApplication,
  config: LoadedConfig,
  logger: StructuredLogger,
  after: readonly (() => Promise<void>)[],
): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    app.get(ShutdownSignal).begin();
    const graceMs = config.get(httpSection).SHUTDOWN_GRACE_S * 1000;
    const timer = setTimeout(() => {
      logger.warn('requests still run after the grace time; their connections are cut');
      (app.getHttpServer() as unknown as { closeAllConnections(): void }).closeAllConnections();
    }, graceMs);
    try {
      await app.close();
    } finally {
      clearTimeout(timer);
      for (const step of after) await step();
    }
    logger.info('the controller has stopped');
  };
  return () => (closing ??= run());
}
