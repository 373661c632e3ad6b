import { processEnvironment, type Environment } from '@ironwheel/config';
import { ControllerClient } from './client/controller-client.ts';
import { findConnection, readCliConfig } from './config/find-connection.ts';
import { createOutput, type Output } from './output/output.ts';

/** Options that every command knows. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly dataDir?: string;
}

/** What a command needs of the process that runs it. */
export interface CommandContext {
  readonly env: Environment;
  readonly output: Output;
  /** Arguments as they were typed, without interpreter and script. */
  readonly argv: readonly string[];
  /** Exit code of a command that ended without an error; 0 until a command says otherwise. */
  exitCode: number;
  connect(options: GlobalOptions): Promise<ControllerClient>;
}

export function createContext(argv: readonly string[], output: Output = createOutput()): CommandContext {
  const env = processEnvironment();
  return {
    env,
    output,
    argv,
    exitCode: 0,
    connect: async (options) => new ControllerClient(await findConnection(readCliConfig(env), options)),
  };
}
