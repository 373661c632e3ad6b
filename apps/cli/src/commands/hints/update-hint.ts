import { hintViewSchema, type HintView } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { usageError } from '../../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { getHint, hintPath } from './hint-path.ts';
import { addHintOptions, toFields, toRecipeFields, type HintOptions } from './hint-options.ts';
import { readJsonObject } from './read-json-file.ts';

interface UpdateOptions extends HintOptions, GlobalOptions {
  readonly enable?: boolean;
  readonly disable?: boolean;
}

/** What a person can say of a hint. */
const toStated = (hint: HintView): Record<string, unknown> => {
  const { patterns, alongside, recipes, note, specifier, tests, answers, enabled } = hint;
  const { package: name, expires_at: expiresAt } = hint;
  const scope = { package: name, specifier };
  return { patterns, alongside, recipes, note, ...scope, tests, answers, enabled, expires_at: expiresAt };
};

export function addUpdateHint(hints: Command, context: CommandContext): void {
  const command = hints
    .command('update')
    .description(
      'change what is named of a hint; a change that somebody else makes meanwhile is not overwritten',
    )
    .argument('<hint>', 'id from `hints list`')
    .argument('[file]', 'a file of JSON with the fields that change; "-": standard input')
    .option('--enable', 'switch it on')
    .option('--disable', 'switch it off');
  addHintOptions(command).action(
    async (id: string, file: string | undefined, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<UpdateOptions>();
      const given = file === undefined ? {} : await readJsonObject(file);
      const fields = { ...given, ...toFields(options), ...switchOf(options) };
      const recipeFields = toRecipeFields(options);
      if (Object.keys(fields).length + Object.keys(recipeFields).length === 0)
        throw usageError('`hints update` needs something to change.', 'See `ironwheel hints update --help`.');
      const client = await context.connect(options);
      const before = await getHint(client, id);
      const recipes = { ...before.recipes, ...(given['recipes'] as object | undefined), ...recipeFields };
      const hint = await client.put(hintPath(id), hintViewSchema, {
        body: { ...toStated(before), ...fields, recipes, revision: before.revision },
      });
      if (options.json === true) context.output.json(hint);
      else context.output.line(`Changed the hint ${hint.id} (revision ${hint.revision}).`);
    },
  );
}

const switchOf = ({ enable, disable }: UpdateOptions): { enabled?: boolean } => {
  if (enable === true && disable === true) throw usageError('--enable and --disable contradict each other.');
  if (enable === true) return { enabled: true };
  return disable === true ? { enabled: false } : {};
};
