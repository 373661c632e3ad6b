import { poolViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { usageError } from '../../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { mergePairs, pairOption } from '../option-values.ts';
import { profileHelp } from './create-pool.ts';
import { getPool, poolPath } from './pool-path.ts';

interface EditOptions extends GlobalOptions {
  readonly description?: string;
  readonly profile?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

export function addEditPool(pools: Command, context: CommandContext): void {
  pools
    .command('edit')
    .description(
      'change what is noted of a pool; a change that somebody else makes meanwhile is not overwritten',
    )
    .argument('<pool>', 'name from `pools list`')
    .option('--description <text>', 'what it is for')
    .option('--profile <host=profile>', `${profileHelp}; HOST= takes it away`, pairOption)
    .option('--reason <text>', 'for the audit trail')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<EditOptions>();
      const { description, profile, reason } = options;
      if (description === undefined && profile === undefined)
        throw usageError('`pools edit` needs something to change.', 'See `ironwheel pools edit --help`.');
      const client = await context.connect(options);
      const before = await getPool(client, name);
      const pool = await client.patch(poolPath(name), poolViewSchema, {
        body: {
          description,
          profiles: profile === undefined ? undefined : mergePairs(before.profiles, profile),
          revision: before.revision,
          reason,
        },
      });
      if (options.json === true) context.output.json(pool);
      else context.output.line(`Changed the pool ${cleanLine(pool.name)} (revision ${pool.revision}).`);
    });
}
