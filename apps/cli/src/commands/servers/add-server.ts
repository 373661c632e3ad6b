import { serverViewSchema, type CreatedBundle, type ServerView } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { CliError } from '../../cli-error.ts';
import type { ControllerClient } from '../../client/controller-client.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { pairOption } from '../option-values.ts';
import { printInstallLine, requestBundle } from './request-bundle.ts';

interface AddOptions extends GlobalOptions {
  readonly pool?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly description?: string;
}

export function addAddServer(servers: Command, context: CommandContext): void {
  servers
    .command('add')
    .description('add a server and print the one line that is pasted on it')
    .argument('<name>', 'its name: letters, digits, ".", "_", "-"')
    .option('--pool <name>', 'pool that it belongs to (default: the default pool)')
    .option('--label <name=value>', 'what is known of it, such as arch=s390x; may be repeated', pairOption)
    .option('--address <address>', 'its IP address or host name')
    .option('--description <text>', 'what else is to be noted')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const client = await context.connect(options);
      const server = await client.post('/api/servers', serverViewSchema, {
        body: {
          name,
          pool: options.pool,
          labels: options.label,
          address: options.address,
          description: options.description,
        },
      });
      const bundle = await makeBundle(client, server);
      if (options.json === true) {
        context.output.json({ server, bundle });
        return;
      }
      context.output.note(
        `Added ${cleanLine(server.name)} (${server.server_id}) to pool ${cleanLine(server.pool)}.`,
      );
      printInstallLine(bundle, server.name, context.output);
    });
}

/** The server stays when no line can be made for it: the error says that, and how to get one. */
async function makeBundle(client: ControllerClient, server: ServerView): Promise<CreatedBundle> {
  try {
    return await requestBundle(client, server.server_id);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(
      `The server ${cleanLine(server.name)} (${server.server_id}) was added, but no install line could be made: ${error.message}`,
      {
        exitCode: error.exitCode,
        code: error.code,
        hint: `Get the line with \`ironwheel servers bundle ${cleanLine(server.name)}\`.`,
        cause: error,
      },
    );
  }
}
