import { ConfigError, type Environment } from '@ironwheel/config';
import { createLogger } from '@ironwheel/logging';
import type { BootstrapToken } from './auth/bootstrap-token.ts';
import { httpSection } from './config/platform-sections.ts';
import type { Feature } from './feature.ts';
import { startController, type RunningController } from './start-controller.ts';

/** Exit codes of the controller process. */
export const exitCodes = { stopped: 0, failed: 1, misconfigured: 2, databaseLost: 3 } as const;

/** The life of the controller process: start, say how to sign in, stop on SIGTERM, SIGINT or the loss of the database. */
export async function runController(env: Environment, features: readonly Feature[]): Promise<void> {
  // Listened for from the beginning: a start that is told to stop ends in order as soon as it is through.
  const signalled = new Promise<'SIGTERM' | 'SIGINT'>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  let controller: RunningController;
  try {
    controller = await startController({
      env,
      features,
      createLogger: (config) =>
        createLogger({ service: 'controller', level: config.get(httpSection).LOG_LEVEL }),
    });
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = error instanceof ConfigError ? exitCodes.misconfigured : exitCodes.failed;
    return;
  }
  process.stderr.write(`${describeSignIn(controller.url, controller.bootstrap)}\n`);
  process.exitCode = await untilStopped(controller, signalled);
}

async function untilStopped(controller: RunningController, signalled: Promise<string>): Promise<number> {
  const reason = await Promise.race([signalled, controller.failure]);
  if (reason instanceof Error) {
    controller.logger.error('the controller stops because its database is lost', { error: reason });
    process.stderr.write(`${reason.message}\n`);
    await controller.close();
    return exitCodes.databaseLost;
  }
  controller.logger.info('the controller stops', { signal: reason });
  await controller.close();
  return exitCodes.stopped;
}

/** Printed on the console only, never logged. A token that the operator set is not repeated. */
function describeSignIn(url: string, bootstrap: BootstrapToken): string {
  const head = `Ironwheel runs at ${url}`;
  if (bootstrap.file === null) return `${head}\nSign in with the token of CONTROL_PLANE_TOKEN.`;
  const where = `The administrator's token is kept in ${bootstrap.file}.`;
  return bootstrap.isNew
    ? `${head}\nSign in with this token (any user name, the token as password):\n  ${bootstrap.token}\n${where}`
    : `${head}\n${where}`;
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'The controller could not start.';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return error instanceof ConfigError
    ? error.message
    : `The controller could not start: ${error.message}${cause}`;
}
