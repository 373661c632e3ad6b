import { hintSuggestionSchema, listOf } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { formatTable } from '../../output/table.ts';

export function addSuggestHints(hints: Command, context: CommandContext): void {
  hints
    .command('suggest')
    .description('drafts for recent failures that no hint matches; with --json ready for `hints add`')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/hints/suggestions', listOf(hintSuggestionSchema), {
        query: { limit: 100 },
      });
      if (options.json === true) context.output.json(answer);
      else if (answer.items.length === 0)
        context.output.line('Every recent failure has its hint, or none could mend it.');
      else {
        const rows = answer.items.map(({ draft, packages }) => [
          draft.pattern,
          packages.join(' '),
          draft.note,
        ]);
        context.output.line(formatTable(['pattern', 'seen in', 'what to find out'], rows));
      }
    });
}
