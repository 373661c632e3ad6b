import { bundleViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { printInstallLine, requestBundle } from './request-bundle.ts';
import { resolveServer, serverPath } from './resolve-server.ts';

interface BundleOptions extends GlobalOptions {
  readonly show?: boolean;
  readonly revoke?: boolean;
}

export function addBundleServer(servers: Command, context: CommandContext): void {
  servers
    .command('bundle')
    .description('make a new install line for a server, which installs, repairs or upgrades its agent')
    .argument('<server>', 'name or id from `servers list`')
    .option('--show', 'tell the state of the latest link instead; its secret is never told again')
    .option('--revoke', 'end the latest link instead')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<BundleOptions>();
      const client = await context.connect(options);
      const server = await resolveServer(client, name);
      if (options.show !== true && options.revoke !== true) {
        const made = await requestBundle(client, server.server_id);
        if (options.json === true) context.output.json(made);
        else printInstallLine(made, server.name, context.output);
        return;
      }
      const path = serverPath(server.server_id, '/bundle');
      if (options.revoke === true) await client.delete(path);
      const bundle = await client.get(path, bundleViewSchema);
      if (options.json === true) context.output.json(bundle);
      else
        context.output.line(
          `${cleanLine(bundle.bundle_id)}: ${bundle.state}, made ${bundle.created_at}, ends ${bundle.expires_at}`,
        );
    });
}
