import { CommanderError } from 'commander';
import { exitCodes } from '../src/cli-error.ts';
import { ControllerClient } from '../src/client/controller-client.ts';
import { createContext, type CommandContext } from '../src/context.ts';
import { printError } from '../src/output/print-error.ts';
import { createProgram } from '../src/program.ts';

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

/** Runs the command line against one controller as `main` does, without a terminal. */
export const runAgainst =
  (url: string, token: string) =>
  async (...args: string[]): Promise<CommandRun> => {
    let [out, notes] = ['', ''];
    const output: CommandContext['output'] = {
      write: (text) => void (out += text),
      writeNote: (text) => void (notes += text),
      line: (text) => void (out += `${text}\n`),
      note: (text) => void (notes += `${text}\n`),
      json: (value) => void (out += `${JSON.stringify(value)}\n`),
      noteIsTerminal: false,
      columns: () => 100,
    };
    const context: CommandContext = {
      ...createContext(args, output),
      connect: () => Promise.resolve(new ControllerClient({ url, token })),
    };
    try {
      await createProgram(context).parseAsync(args, { from: 'user' });
      return { code: context.exitCode, out, notes };
    } catch (error) {
      if (error instanceof CommanderError)
        return { code: error.exitCode === 0 ? exitCodes.done : exitCodes.usage, out, notes };
      return { code: printError(error, output, args.includes('--json')), out, notes };
    }
  };
