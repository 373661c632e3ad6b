import type { Recipes } from '@ironwheel/contracts';

/** One kind of action of a recipe, with what it does in words of its own. */
export interface RecipePart {
  readonly kind: string;
  readonly label: string;
  readonly items: readonly string[];
}

const pairsOf = (values: Readonly<Record<string, string>> | undefined): string[] =>
  Object.entries(values ?? {}).map(([name, value]) => `${name}=${value}`);

/** What a recipe does, in the order in which it takes effect; parts that do nothing are left out. */
export function listRecipeParts(recipes: Recipes): RecipePart[] {
  const parts: RecipePart[] = [
    { kind: 'system packages', label: 'Repositories', items: recipes.repositories ?? [] },
    { kind: 'system packages', label: 'apt', items: recipes.apt },
    { kind: 'system packages', label: 'dnf', items: recipes.dnf },
    { kind: 'toolchain', label: 'Toolchain', items: recipes.toolchain ?? [] },
    {
      kind: 'patch',
      label: 'Patch',
      items: recipes.patch === undefined ? [] : [describePatch(recipes.patch)],
    },
    { kind: 'variables', label: 'Variables', items: pairsOf(recipes.env) },
    { kind: 'build requirements', label: 'Build requirements', items: recipes.build_requires ?? [] },
    { kind: 'version cap', label: 'Build constraints', items: recipes.build_constraints ?? [] },
    { kind: 'settings', label: 'Config settings', items: pairsOf(recipes.config_settings) },
  ];
  return parts.filter(({ items }) => items.length > 0);
}

const describePatch = (patch: string): string => {
  const files = [...patch.matchAll(/^\+\+\+ (?:b\/)?(\S+)/gm)].map(([, file]) => file ?? '');
  return files.length === 0 ? `${patch.split('\n').length} lines` : files.join(', ');
};

/** All of it on one line: "apt libssl-dev; dnf openssl-devel". */
export const writeRecipe = (recipes: Recipes): string =>
  listRecipeParts(recipes)
    .map(({ label, items }) => `${label} ${items.join(' ')}`)
    .join('; ');

/** The one kind of action that a recipe has, for a filter. */
export function toRecipeKind(recipes: Recipes): string {
  const kinds = new Set(listRecipeParts(recipes).map(({ kind }) => kind));
  const [only = 'by its rule'] = kinds;
  return kinds.size > 1 ? 'several kinds' : only;
}
