import { poolViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { integerOption } from '../option-values.ts';
import { poolPath } from './pool-path.ts';

interface ScaleOptions extends GlobalOptions {
  readonly reason?: string;
}

const toMaxJobs = (text: string): number | null => (text === 'none' ? null : integerOption(0, 100_000)(text));

export function addScalePool(pools: Command, context: CommandContext): void {
  pools
    .command('scale')
    .description('bound how many jobs the workers of a pool hold at once; what they hold already goes on')
    .argument('<pool>', 'name from `pools list`')
    .argument('<max-jobs>', 'a number (0: none are taken), or `none` for no bound', toMaxJobs)
    .option('--reason <text>', 'for the audit trail')
    .action(async (name: string, maxJobs: number | null, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScaleOptions>();
      const client = await context.connect(options);
      const pool = await client.post(poolPath(name, '/scale'), poolViewSchema, {
        body: { max_jobs: maxJobs, reason: options.reason },
      });
      if (options.json === true) {
        context.output.json(pool);
        return;
      }
      const bound = pool.max_jobs === null ? 'has no bound now' : `holds at most ${pool.max_jobs} jobs now`;
      context.output.line(`The pool ${cleanLine(pool.name)} ${bound}; it holds ${pool.held_jobs}.`);
    });
}
