import { CommanderError } from 'commander';
import { exitCodes } from './cli-error.ts';
import { createContext } from './context.ts';
import { printError } from './output/print-error.ts';
import { createProgram } from './program.ts';

/** Runs one command; returns its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const context = createContext(argv);
  try {
    await createProgram(context).parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    // Help and version are ends of commander too, with code 0; it has printed what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return printError(error, context.output, argv.includes('--json'));
  }
}

// A reader that went away (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
