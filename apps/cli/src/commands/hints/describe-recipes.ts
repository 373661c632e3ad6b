import type { HintView, Recipes } from '@ironwheel/contracts';

const listed = (name: string, items: readonly string[] | undefined): string[] =>
  items === undefined || items.length === 0 ? [] : [`${name} ${items.join(' ')}`];

/** What a recipe does, one action an item. */
export const describeRecipes = (recipes: Recipes): string[] => [
  ...listed('apt', recipes.apt),
  ...listed('dnf', recipes.dnf),
  ...listed('repositories', recipes.repositories),
  ...listed('toolchain', recipes.toolchain),
  ...Object.entries(recipes.env).map(([key, value]) => `env ${key}=${value}`),
  ...listed('build-requires', recipes.build_requires),
  ...listed('build-constraints', recipes.build_constraints),
  ...Object.entries(recipes.config_settings ?? {}).map(([key, value]) => `config-setting ${key}=${value}`),
  ...(recipes.patch === undefined ? [] : [`patch of ${recipes.patch.split('\n').length} lines`]),
];

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

/** `80 % (49–94 %) of 10`, or nothing where nothing was tried. */
export const describeSuccess = ({ stats: { success } }: HintView): string =>
  success === null
    ? ''
    : `${percent(success.rate)} (${Math.round(success.low * 100)}–${percent(success.high)}) of ${success.n}`;

export const describeScope = (hint: HintView): string =>
  hint.package === null ? '' : `${hint.package}${hint.specifier ?? ''}`;
