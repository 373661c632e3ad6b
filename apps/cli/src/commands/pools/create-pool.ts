import { poolViewSchema, providerProfiles } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { integerOption, pairOption } from '../option-values.ts';

interface CreateOptions extends GlobalOptions {
  readonly description?: string;
  readonly profile?: Readonly<Record<string, string>>;
  readonly maxJobs?: number;
}

/** Of `create` and `edit`. */
export const profileHelp = `how careful builds are with a provider: HOST=${providerProfiles.join('|')}; may be repeated`;

export function addCreatePool(pools: Command, context: CommandContext): void {
  pools
    .command('create')
    .description('make a pool')
    .argument('<pool>', 'its name: lower-case letters, digits and "-"')
    .option('--description <text>', 'what it is for')
    .option('--profile <host=profile>', profileHelp, pairOption)
    .option('--max-jobs <n>', 'most jobs that its workers hold at once', integerOption(0, 100_000))
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const client = await context.connect(options);
      const pool = await client.post('/api/pools', poolViewSchema, {
        body: {
          name,
          description: options.description,
          profiles: options.profile,
          max_jobs: options.maxJobs,
        },
      });
      if (options.json === true) context.output.json(pool);
      else context.output.line(`Made the pool ${cleanLine(pool.name)}.`);
    });
}
