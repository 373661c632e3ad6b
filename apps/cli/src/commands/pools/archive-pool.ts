import { archivedPoolSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { isAgreed } from '../confirm.ts';
import { poolPath } from './pool-path.ts';

interface ArchiveOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly reason?: string;
}

export function addArchivePool(pools: Command, context: CommandContext): void {
  pools
    .command('archive')
    .description('take a pool out of use, once nothing is in it; its name stays taken')
    .argument('<pool>', 'name from `pools list`')
    .option('--dry-run', 'only tell what is in the way')
    .option('--yes', 'do not ask')
    .option('--reason <text>', 'for the audit trail')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ArchiveOptions>();
      const { output } = context;
      const client = await context.connect(options);
      const isDryRun = options.dryRun === true;
      if (
        !isDryRun &&
        !(await isAgreed('pools archive', `Archive the pool ${cleanLine(name)}?`, options.yes))
      ) {
        output.note('Nothing was done.');
        return;
      }
      const answer = await client.post(poolPath(name, '/archive'), archivedPoolSchema, {
        query: { dry_run: isDryRun },
        body: { reason: options.reason },
      });
      if (options.json === true) output.json(answer);
      else if (!isDryRun) output.line(`Archived the pool ${cleanLine(answer.name)}.`);
      else if (answer.blockers.length === 0)
        output.line(`Nothing is in the way of archiving ${cleanLine(name)}.`);
      else for (const blocker of answer.blockers) output.line(cleanLine(blocker));
    });
}
