import { serverViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { usageError } from '../../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { mergePairs, pairOption } from '../option-values.ts';
import { resolveServer, serverPath } from './resolve-server.ts';

interface EditOptions extends GlobalOptions {
  readonly name?: string;
  readonly pool?: string;
  readonly description?: string;
  readonly address?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

export function addEditServer(servers: Command, context: CommandContext): void {
  servers
    .command('edit')
    .description(
      'change what is noted of a server; a change that somebody else makes meanwhile is not overwritten',
    )
    .argument('<server>', 'name or id from `servers list`')
    .option('--name <name>', 'another name')
    .option('--pool <name>', 'another pool; its workers claim there from now on')
    .option('--address <address>', 'its IP address or host name')
    .option('--description <text>', 'what else is to be noted')
    .option(
      '--label <name=value>',
      'what is known of it; NAME= takes a label away; may be repeated',
      pairOption,
    )
    .option('--reason <text>', 'for the audit trail')
    .action(async (idOrName: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<EditOptions>();
      const { name, pool, description, address, label, reason } = options;
      if ([name, pool, description, address, label].every((value) => value === undefined))
        throw usageError('`servers edit` needs something to change.', 'See `ironwheel servers edit --help`.');
      const client = await context.connect(options);
      const before = await resolveServer(client, idOrName);
      const labels = label === undefined ? undefined : mergePairs(before.labels, label);
      const server = await client.patch(serverPath(before.server_id), serverViewSchema, {
        body: { name, pool, description, address, labels, revision: before.revision, reason },
      });
      if (options.json === true) context.output.json(server);
      else context.output.line(`Changed ${cleanLine(server.name)} (revision ${server.revision}).`);
    });
}
