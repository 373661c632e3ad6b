import type { LogClass } from './log-class.ts';
import { emptyRecipe, type Recipe } from './recipe.ts';

/** Actions that follow from what a pattern caught: a `.pc` name, a Python module. */
export const hintRules = ['pkg-config', 'python-module'] as const;
export type HintRule = (typeof hintRules)[number];

/** An entry of the catalogue that comes with Ironwheel. */
export interface BuiltinHint {
  readonly id: string;
  /** Any of them in one line is a match. */
  readonly patterns: readonly RegExp[];
  /** Besides, some line of the same error block has to match this. */
  readonly alongside?: RegExp;
  readonly recipe: Recipe;
  readonly rule?: HintRule;
  /** The entry is made for logs of this class, where other hints keep still. */
  readonly answers?: LogClass;
  /** Its package names were seen in a public mapping, or on an image. */
  readonly isConfirmed: boolean;
  readonly note: string;
  readonly tests: { readonly matches: readonly string[]; readonly misses: readonly string[] };
}

interface Packages {
  readonly apt?: readonly string[];
  readonly dnf?: readonly string[];
}

/** A recipe of system packages and what else is named. */
export const recipeOf = ({ apt = [], dnf = [] }: Packages, more: Partial<Recipe> = {}): Recipe => ({
  ...emptyRecipe,
  ...more,
  apt,
  dnf,
});

/** An entry with the id `builtin-<name>`. */
export const toBuiltin = (
  name: string,
  recipe: Recipe,
  patterns: readonly RegExp[],
  tests: BuiltinHint['tests'],
  more: Partial<Omit<BuiltinHint, 'id' | 'recipe' | 'patterns' | 'tests'>> = {},
): BuiltinHint => ({
  id: `builtin-${name}`,
  patterns,
  recipe,
  isConfirmed: true,
  note: '',
  tests,
  ...more,
});
