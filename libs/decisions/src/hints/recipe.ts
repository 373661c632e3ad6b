/** What a build is given beside its source; the wire form is `recipesSchema` of libs/contracts. */
export interface Recipe {
  readonly apt: readonly string[];
  readonly dnf: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Package repositories that are switched on first: `crb`, `epel`, `backports`. */
  readonly repositories?: readonly string[] | undefined;
  /** Compilers newer than the image's own: `gcc`, `gcc-14`, `rust`. */
  readonly toolchain?: readonly string[] | undefined;
  /** Build requirements that replace those of the same name, or are added. */
  readonly build_requires?: readonly string[] | undefined;
  /** Lines of a constraints file for all build requirements. */
  readonly build_constraints?: readonly string[] | undefined;
  /** `config_settings` of PEP 517. */
  readonly config_settings?: Readonly<Record<string, string>> | undefined;
  /** A unified diff against the root of the source. */
  readonly patch?: string | undefined;
}

export type PackageManager = 'apt' | 'dnf';

export const emptyRecipe: Recipe = { apt: [], dnf: [], env: {} };

const union = (one: readonly string[] = [], other: readonly string[] = []): string[] =>
  [...new Set([...one, ...other])].sort();

const sortedRecord = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));

const hasNone = (record: Readonly<Record<string, string>> = {}): boolean => {
  for (const _key in record) return false;
  return true;
};

/** It does nothing. Nearly every claim has three of these to merge. */
const isEmpty = (recipe: Recipe): boolean =>
  recipe.apt.length === 0 &&
  recipe.dnf.length === 0 &&
  hasNone(recipe.env) &&
  (recipe.repositories ?? []).length === 0 &&
  (recipe.toolchain ?? []).length === 0 &&
  (recipe.build_requires ?? []).length === 0 &&
  (recipe.build_constraints ?? []).length === 0 &&
  hasNone(recipe.config_settings) &&
  (recipe.patch ?? '') === '';

/** Leaves out what is empty and puts the rest in one order, so that equal recipes are equal texts. */
export function normalizeRecipe(recipe: Recipe): Recipe {
  if (isEmpty(recipe)) return emptyRecipe;
  const lists = (['repositories', 'toolchain', 'build_requires', 'build_constraints'] as const).flatMap(
    (key) => {
      const list = union(recipe[key]);
      return list.length > 0 ? [[key, list] as const] : [];
    },
  );
  const settings = sortedRecord(recipe.config_settings ?? {});
  return {
    apt: union(recipe.apt),
    dnf: union(recipe.dnf),
    env: sortedRecord(recipe.env),
    ...Object.fromEntries(lists),
    ...(Object.keys(settings).length > 0 ? { config_settings: settings } : {}),
    ...(recipe.patch === undefined || recipe.patch === '' ? {} : { patch: recipe.patch }),
  };
}

const requirementName = (requirement: string): string =>
  (/^[A-Za-z0-9._-]+/.exec(requirement.trim())?.[0] ?? requirement).toLowerCase().replaceAll(/[-_.]+/g, '-');

/** The later build requirement of a name wins; lines of constraints add up. */
const mergeRequirements = (one: readonly string[] = [], other: readonly string[] = []): string[] => [
  ...new Map([...one, ...other].map((requirement) => [requirementName(requirement), requirement])).values(),
];

const mergeFlags = (one: Recipe['env'], other: Recipe['env']): Record<string, string> => {
  const merged: Record<string, string> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = merged[key];
    const isAdded = /^(?:C|CXX|CPP|F|LD|RUST)FLAGS$/.test(key) && before !== undefined && before !== value;
    merged[key] = isAdded && !before.includes(value) ? `${before} ${value}` : isAdded ? before : value;
  }
  return merged;
};

/** `other` on top of `one`: lists add up, values and build requirements of `other` win, patches follow each other. */
export function mergeRecipes(one: Recipe, other: Recipe): Recipe {
  if (isEmpty(one) && isEmpty(other)) return emptyRecipe;
  const patches = [one.patch, other.patch].filter((patch) => patch !== undefined && patch !== '');
  return normalizeRecipe({
    apt: [...one.apt, ...other.apt],
    dnf: [...one.dnf, ...other.dnf],
    env: mergeFlags(one.env, other.env),
    repositories: union(one.repositories, other.repositories),
    toolchain: union(one.toolchain, other.toolchain),
    build_requires: mergeRequirements(one.build_requires, other.build_requires),
    build_constraints: union(one.build_constraints, other.build_constraints),
    config_settings: { ...one.config_settings, ...other.config_settings },
    ...(patches.length > 0 ? { patch: [...new Set(patches)].join('\n') } : {}),
  });
}

/** The recipe as one text, the same for the same actions. */
export const recipeText = (recipe: Recipe): string => JSON.stringify(normalizeRecipe(recipe));

/**
 * What of the recipe has an effect where this package manager is the one; `none`: nothing can be installed, null: not
 * known, all of it.
 */
export function recipeOn(recipe: Recipe, manager: PackageManager | 'none' | null): Recipe {
  if (manager === null) return normalizeRecipe(recipe);
  if (manager === 'none') {
    return normalizeRecipe({ ...recipe, apt: [], dnf: [], repositories: [], toolchain: [] });
  }
  const own = manager === 'apt' ? ['backports'] : ['crb', 'epel'];
  const packages = manager === 'apt' ? recipe.apt : recipe.dnf;
  return normalizeRecipe({
    ...recipe,
    apt: manager === 'apt' ? recipe.apt : [],
    dnf: manager === 'dnf' ? recipe.dnf : [],
    // A repository is no end in itself: it counts where something is installed.
    repositories: packages.length > 0 ? (recipe.repositories ?? []).filter((one) => own.includes(one)) : [],
  });
}

/** Whether the recipe adds anything to what is given already, under this package manager. */
export const addsTo = (given: Recipe, recipe: Recipe, manager: PackageManager | 'none' | null): boolean =>
  recipeText(recipeOn(mergeRecipes(given, recipe), manager)) !== recipeText(recipeOn(given, manager));
