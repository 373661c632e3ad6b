import type { Command } from 'commander';
import { cliVersion } from '../cli-version.ts';
import type { CommandContext, GlobalOptions } from '../context.ts';

export function addVersionCommand(program: Command, context: CommandContext): void {
  program
    .command('version')
    .description('print the version')
    .action((_options: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>();
      if (json === true) context.output.json({ version: cliVersion, node: process.versions.node });
      else context.output.line(`ironwheel ${cliVersion} (Node ${process.versions.node})`);
    });
}
