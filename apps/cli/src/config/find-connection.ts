import { ConfigError, loadConfig, type ConfigOf, type Environment } from '@ironwheel/config';
import { CliError, exitCodes } from '../cli-error.ts';
import { cliSection, foreignKeys } from './cli-section.ts';
import { findConnectionFile } from './connection-file.ts';
import { dataDirectory } from './data-directory.ts';

export type CliConfig = ConfigOf<typeof cliSection>;

export interface Connection {
  readonly url: string;
  readonly token: string | null;
}

/** Throws `CliError` with every problem of the environment at once. */
export function readCliConfig(env: Environment): CliConfig {
  try {
    return loadConfig([cliSection], env, { foreignKeys }).get(cliSection);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(error.message, {
      exitCode: exitCodes.usage,
      code: 'CLI_CONFIG_INVALID',
      cause: error,
    });
  }
}

const sameOrigin = (left: string, right: string): boolean => new URL(left).origin === new URL(right).origin;

/**
 * URL and token: options and environment first, then the data directory's file. The file's token is only sent to
 * the controller that the file names.
 */
export async function findConnection(
  config: CliConfig,
  given: { readonly url?: string | undefined; readonly dataDir?: string | undefined },
): Promise<Connection> {
  const url = given.url ?? config.IRONWHEEL_URL;
  if (url !== undefined && config.IRONWHEEL_TOKEN !== undefined)
    return { url, token: config.IRONWHEEL_TOKEN };
  const directory = dataDirectory(given.dataDir ?? config.IRONWHEEL_DATA_DIR);
  const file = await findConnectionFile(directory);
  if (url !== undefined) {
    return { url, token: file !== null && sameOrigin(file.url, url) ? file.token : null };
  }
  if (file === null) {
    throw new CliError(`No controller is known: ${directory} holds no cli.json.`, {
      exitCode: exitCodes.usage,
      code: 'CLI_NO_CONTROLLER',
      hint: 'Start one with `ironwheel up`, name its --data-dir, or set IRONWHEEL_URL and IRONWHEEL_TOKEN.',
    });
  }
  return { url: file.url, token: config.IRONWHEEL_TOKEN ?? file.token };
}
