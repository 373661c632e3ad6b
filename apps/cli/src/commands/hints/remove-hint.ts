import { deletedHintSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { isAgreed } from '../confirm.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { hintPath } from './hint-path.ts';

interface RemoveOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function addRemoveHint(hints: Command, context: CommandContext): void {
  hints
    .command('remove')
    .description('delete a hint; one of the catalogue is then as it was shipped')
    .argument('<hint>', 'id from `hints list`')
    .option('--dry-run', 'only tell what would be deleted')
    .option('--yes', 'do not ask')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RemoveOptions>();
      const { output } = context;
      const client = await context.connect(options);
      const isDryRun = options.dryRun === true;
      if (!isDryRun && !(await isAgreed('hints remove', `Delete the hint ${cleanLine(id)}?`, options.yes))) {
        output.note('Nothing was done.');
        return;
      }
      const answer = await client.deleteAndRead(hintPath(id), deletedHintSchema, {
        query: { dry_run: isDryRun },
      });
      if (options.json === true) output.json(answer);
      else if (isDryRun)
        output.line(`${answer.hint.id} would be deleted; it was applied ${answer.hint.stats.applied} times.`);
      else
        output.line(
          answer.restored ? `${answer.hint.id} is as it was shipped.` : `Deleted the hint ${answer.hint.id}.`,
        );
    });
}
