import type { HintView } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import type { Output } from '../../output/output.ts';
import { describeRecipes, describeScope, describeSuccess } from './describe-recipes.ts';
import { getHint } from './hint-path.ts';

function printHint(hint: HintView, output: Output): void {
  const line = (name: string, text: string): void => {
    if (text !== '') output.line(`${name.padEnd(12)} ${cleanLine(text)}`);
  };
  line('hint', hint.id);
  line('source', `${hint.source}, revision ${hint.revision}`);
  if (!hint.enabled) line('state', 'switched off');
  line('scope', describeScope(hint));
  for (const pattern of hint.patterns) line('pattern', pattern);
  line('alongside', hint.alongside ?? '');
  line('rule', hint.rule ?? '');
  for (const action of describeRecipes(hint.recipes)) line('recipe', action);
  line('note', hint.note);
  line('expires', hint.expires_at ?? '');
  line('applied', String(hint.stats.applied));
  line('success', describeSuccess(hint));
  for (const { text, matches } of hint.tests) line(matches ? 'matches' : 'misses', text);
}

export function addShowHint(hints: Command, context: CommandContext): void {
  hints
    .command('show')
    .description('show a hint')
    .argument('<hint>', 'id from `hints list`')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const hint = await getHint(await context.connect(options), id);
      if (options.json === true) context.output.json(hint);
      else printHint(hint, context.output);
    });
}
