import { hintViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { addHintOptions, toFields, toRecipeFields, type HintOptions } from './hint-options.ts';
import { readJsonObject } from './read-json-file.ts';

export function addAddHint(hints: Command, context: CommandContext): void {
  const command = hints
    .command('add')
    .description('make a hint, of a file (JSON: pattern, recipes, note, tests, …), of options, or of both')
    .argument('[file]', 'a file of JSON; "-": standard input');
  addHintOptions(command).action(async (file: string | undefined, _options: unknown, self: Command) => {
    const options = self.optsWithGlobals<HintOptions & GlobalOptions>();
    const given = file === undefined ? {} : await readJsonObject(file);
    const client = await context.connect(options);
    const hint = await client.post('/api/hints', hintViewSchema, {
      body: {
        ...given,
        ...toFields(options),
        recipes: { ...(given['recipes'] as object | undefined), ...toRecipeFields(options) },
      },
    });
    if (options.json === true) context.output.json(hint);
    else context.output.line(`Made the hint ${hint.id}.`);
  });
}
