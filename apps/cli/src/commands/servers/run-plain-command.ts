import { commandViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { followCommand, serverPath } from './follow-command.ts';

/** A command that ends nothing: start and status. */
export function addPlainCommand(
  servers: Command,
  context: CommandContext,
  verb: 'start' | 'status',
  description: string,
): void {
  servers
    .command(verb)
    .description(description)
    .argument('<server>', 'name or id')
    .option('--reason <text>', 'why, for the audit trail')
    .action(async (server: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { reason?: string }>();
      const client = await context.connect(options);
      const body = options.reason === undefined ? {} : { reason: options.reason };
      const issued = await client.post(serverPath(server, verb), commandViewSchema, {
        body,
        query: { wait_s: 1 },
      });
      await followCommand(client, server, issued, context, options.json === true);
    });
}
