import { recipeRepositories } from '@ironwheel/contracts';
import { Option, type Command } from 'commander';
import { listOption, pairOption, timeOption } from '../option-values.ts';

export interface HintOptions {
  readonly pattern?: readonly string[];
  readonly package?: string;
  readonly specifier?: string;
  readonly apt?: readonly string[];
  readonly dnf?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly repository?: readonly string[];
  readonly toolchain?: readonly string[];
  readonly buildRequires?: readonly string[];
  readonly note?: string;
  readonly expires?: string;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** What a hint is made of, as options of `add` and `update`. */
export const addHintOptions = (command: Command): Command =>
  command
    .option(
      '--pattern <re2>',
      'a line of the log; may be repeated. Without one it stands for its package',
      collect,
    )
    .option('--package <name>', 'only builds of this project')
    .option('--specifier <versions>', 'only these versions of it, for example ">=2,<3"')
    .option('--apt <packages>', 'packages for apt, separated by commas', listOption)
    .option('--dnf <packages>', 'packages for dnf, separated by commas', listOption)
    .option('--env <name=value>', 'a variable of the build; may be repeated', pairOption)
    .addOption(
      new Option('--repository <names>', `switched on first: ${recipeRepositories.join(', ')}`).argParser(
        listOption,
      ),
    )
    .option('--toolchain <names>', 'newer compilers: gcc, gcc-14, rust', listOption)
    .option(
      '--build-requires <requirement>',
      'added to the build, or in place of one; may be repeated',
      collect,
    )
    .option('--note <text>', 'for people')
    .option('--expires <time>', 'not offered from then on', timeOption);

/** The fields that the options name, in the form of the wire. */
export const toFields = (options: HintOptions): Record<string, unknown> =>
  definedOf({
    patterns: options.pattern,
    package: options.package,
    specifier: options.specifier,
    note: options.note,
    expires_at: options.expires,
  });

export const toRecipeFields = (options: HintOptions): Record<string, unknown> =>
  definedOf({
    apt: options.apt,
    dnf: options.dnf,
    env: options.env,
    repositories: options.repository,
    toolchain: options.toolchain,
    build_requires: options.buildRequires,
  });

const definedOf = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
