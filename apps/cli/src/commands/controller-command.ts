import type { Command } from 'commander';
import { toNodeArguments } from '../bundle-paths.ts';
import type { CommandContext } from '../context.ts';
import { runProgram } from './run-program.ts';

export function addControllerCommand(program: Command, context: CommandContext): void {
  program
    .command('controller')
    .description('run the controller alone, configured by its environment (docs/configuration.md)')
    .action(async () => {
      context.exitCode = await runProgram(toNodeArguments('controller'), context.env);
    });
}
