import { join } from 'node:path';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { createLogger, type LogLevel } from '@ironwheel/logging';
import type { Clock } from '../../../apps/controller/src/platform/clock/clock.ts';
import type { Feature } from '../../../apps/controller/src/platform/feature.ts';
import {
  createTestDirectory,
  removeTestDirectory,
  startTestDatabase,
  type TestDatabase,
} from './postgres.ts';

export interface StartControllerOptions {
  /** Features instead of all of the controller. */
  readonly features?: readonly Feature[];
  /** Modules on top of the features, for example one with a test route. */
  readonly modules?: readonly (Type | DynamicModule)[];
  /** Configuration on top of the defaults of a test (free port, own data directory, own database). */
  readonly env?: Readonly<Record<string, string>>;
  /** A Postgres of the controller's own in its data directory instead of a clone on the shared one. */
  readonly embedded?: boolean;
  /** Kept by the caller when given; otherwise made and removed here. */
  readonly dataDirectory?: string;
  readonly logLevel?: LogLevel;
  /** Instead of the machine's. */
  readonly clock?: Clock;
  /** Takes the log lines (JSON). */
  readonly onLog?: (line: string) => void;
}

export interface TestController {
  readonly url: string;
  readonly adminToken: string;
  readonly app: INestApplication;
  readonly dataDirectory: string;
  /** The controller's database, on a connection of the test's own. Throws when `embedded` was asked for. */
  readonly database: TestDatabase;
  /** Resolves when the controller cannot go on. */
  readonly failure: Promise<Error>;
  /** Stops it, drops its database and removes its directory; may be called twice. */
  close(): Promise<void>;
}

/** A whole controller in this process, listening on a free loopback port. */
export async function startController(options: StartControllerOptions = {}): Promise<TestController> {
  // Loaded here and not above: who imports `@ironwheel/testing` for a fake should not pay for Nest.
  const [{ startController: start }, { features }] = await Promise.all([
    import('../../../apps/controller/src/platform/start-controller.ts'),
    import('../../../apps/controller/src/controller.module.ts'),
  ]);
  const dataDirectory = options.dataDirectory ?? createTestDirectory('ctl');
  const database = options.embedded === true ? null : await startTestDatabase();
  try {
    const controller = await start({
      env: {
        HTTP_ADDR: '127.0.0.1:0',
        IRONWHEEL_DATA_DIR: join(dataDirectory, 'data'),
        SHUTDOWN_GRACE_S: '5',
        // Tests change their index between two plans.
        INDEX_CACHE_MIN_FRESH_S: '0',
        ...(database === null ? {} : { DATABASE_URL: database.url }),
        ...options.env,
      },
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      features: [...(options.features ?? features), ...(options.modules ?? []).map((module) => ({ module }))],
      createLogger: () =>
        createLogger({
          service: 'controller',
          level: options.logLevel ?? (options.onLog === undefined ? 'error' : 'debug'),
          pretty: false,
          ...(options.onLog === undefined ? {} : { write: options.onLog }),
        }),
    });
    let closing: Promise<void> | undefined;
    const closeAll = async (): Promise<void> => {
      await controller.close();
      await cleanUp(database, options.dataDirectory === undefined ? dataDirectory : null);
    };
    return {
      url: controller.url,
      adminToken: controller.bootstrap.token,
      app: controller.app,
      dataDirectory: controller.dataDirectory,
      failure: controller.failure,
      get database() {
        if (database === null) throw new Error('an embedded database has no connection for the test');
        return database;
      },
      close: () => (closing ??= closeAll()),
    };
  } catch (error) {
    await cleanUp(database, options.dataDirectory === undefined ? dataDirectory : null);
    throw error;
  }
}

async function cleanUp(database: TestDatabase | null, directory: string | null): Promise<void> {
  await database?.close();
  if (directory !== null) removeTestDirectory(directory);
}
