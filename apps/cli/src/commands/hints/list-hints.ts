import { hintListSchema, hintSources, type HintView } from '@ironwheel/contracts';
import { Option, type Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { describeScope, describeSuccess } from './describe-recipes.ts';

interface ListOptions extends GlobalOptions {
  readonly source?: string;
  readonly package?: string;
}

const stateOf = (hint: HintView): string => {
  if (!hint.enabled) return 'off';
  if (hint.expires_at !== null && hint.expires_at < new Date().toISOString()) return 'expired';
  return hint.pattern === null ? 'stands' : '';
};

const toRow = (hint: HintView): string[] => [
  hint.id,
  hint.source,
  stateOf(hint),
  describeScope(hint),
  (hint.pattern ?? '').slice(0, 60),
  String(hint.stats.applied),
  describeSuccess(hint),
];

export function addListHints(hints: Command, context: CommandContext): void {
  hints
    .command('list', { isDefault: true })
    .description(
      'list the hints: the catalogue and your own, how often each was applied, and what came of it',
    )
    .addOption(new Option('--source <source>', 'only these').choices([...hintSources]))
    .option('--package <name>', 'only those of this project')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/hints', hintListSchema, {
        query: { limit: 500, source: options.source, package: options.package },
      });
      if (options.json === true) context.output.json(answer);
      else if (answer.items.length === 0) context.output.line('There is no such hint.');
      else {
        const header = ['hint', 'source', '', 'scope', 'pattern', 'applied', 'success'];
        context.output.line(formatTable(header, answer.items.map(toRow), { right: [5] }));
      }
    });
}
