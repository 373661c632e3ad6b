import { poolViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { poolPath } from './pool-path.ts';

interface DefaultOptions extends GlobalOptions {
  readonly reason?: string;
}

export function addSetDefaultPool(pools: Command, context: CommandContext): void {
  pools
    .command('set-default')
    .description('make a pool the one for what names none: servers, workers and plans')
    .argument('<pool>', 'name from `pools list`')
    .option('--reason <text>', 'for the audit trail')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DefaultOptions>();
      const client = await context.connect(options);
      const pool = await client.post(poolPath(name, '/set-default'), poolViewSchema, {
        body: { reason: options.reason },
      });
      if (options.json === true) context.output.json(pool);
      else context.output.line(`${cleanLine(pool.name)} is the default pool.`);
    });
}
