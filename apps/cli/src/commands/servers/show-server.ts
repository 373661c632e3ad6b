import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { printServer } from './print-server.ts';
import { resolveServer } from './resolve-server.ts';

export function addShowServer(servers: Command, context: CommandContext): void {
  servers
    .command('show')
    .description('show a server: agent, worker, load, and what needs a person')
    .argument('<server>', 'name or id from `servers list`')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const server = await resolveServer(await context.connect(options), name);
      if (options.json === true) context.output.json(server);
      else printServer(server, context.output);
    });
}
