import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { getPool } from './pool-path.ts';
import { printPool } from './print-pool.ts';

export function addShowPool(pools: Command, context: CommandContext): void {
  pools
    .command('show')
    .description('show a pool')
    .argument('<pool>', 'name from `pools list`')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const pool = await getPool(await context.connect(options), name);
      if (options.json === true) context.output.json(pool);
      else printPool(pool, context.output);
    });
}
