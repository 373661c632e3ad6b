import {
  statedHintSchema,
  type HintSuggestionView,
  type HintView,
  type StatedHint,
} from '@ironwheel/contracts';
import type { ReadState } from '../../parts/edits/index.ts';
import { listHintErrors, type HintErrors } from './list-hint-errors.ts';
import { readTests, writeTests } from './hint-tests-text.ts';
import { readLines, readPairs, readWords, writePairs } from './line-pairs.ts';
import { fromLocalField, toLocalField } from './local-time-field.ts';

/** Fields of the form and what they are called, in their order. */
export const hintFields = {
  patterns: 'Patterns',
  alongside: 'Alongside',
  answers: 'Made for logs that say',
  package: 'Package',
  specifier: 'Versions',
  apt: 'Packages of apt',
  dnf: 'Packages of dnf',
  repositories: 'Repositories',
  toolchain: 'Toolchain',
  env: 'Variables',
  build_requires: 'Build requirements',
  build_constraints: 'Build constraints',
  config_settings: 'Config settings',
  patch: 'Patch',
  tests: 'Tests',
  note: 'Note',
  expires_at: 'Ends',
  enabled: 'Switched on',
} as const;
export type HintField = keyof typeof hintFields;
export type HintValues = Readonly<Record<HintField, string>>;

export const emptyHint: HintValues = {
  ...(Object.fromEntries(Object.keys(hintFields).map((name) => [name, ''])) as HintValues),
  enabled: 'yes',
};

const recipeFields = [
  'apt',
  'dnf',
  'repositories',
  'toolchain',
  'env',
  'build_requires',
  'build_constraints',
  'config_settings',
  'patch',
] as const satisfies readonly HintField[];

/** What of a hint a person states. */
export type StatedParts = Pick<HintView, 'patterns' | 'recipes' | 'note' | 'tests'> &
  Partial<Pick<HintView, 'alongside' | 'answers' | 'package' | 'specifier' | 'expires_at' | 'enabled'>>;

export const toHintValues = ({ recipes, ...hint }: StatedParts): HintValues => ({
  // A line break in a pattern is written as RE2 has it, since here each line is a pattern.
  patterns: hint.patterns.map((pattern) => pattern.replaceAll('\n', '\\n')).join('\n'),
  alongside: hint.alongside ?? '',
  answers: hint.answers ?? '',
  package: hint.package ?? '',
  specifier: hint.specifier ?? '',
  apt: recipes.apt.join('\n'),
  dnf: recipes.dnf.join('\n'),
  repositories: (recipes.repositories ?? []).join(' '),
  toolchain: (recipes.toolchain ?? []).join(' '),
  env: writePairs(recipes.env),
  build_requires: (recipes.build_requires ?? []).join('\n'),
  build_constraints: (recipes.build_constraints ?? []).join('\n'),
  config_settings: writePairs(recipes.config_settings),
  patch: recipes.patch ?? '',
  tests: writeTests(hint.tests),
  note: hint.note,
  expires_at: toLocalField(hint.expires_at ?? null),
  enabled: hint.enabled === false ? '' : 'yes',
});

/** A suggestion as a person finds it in the form. */
export const toDraftValues = ({ pattern, ...draft }: HintSuggestionView['draft']): HintValues =>
  toHintValues({ ...draft, patterns: [pattern] });

export const toReadHint = (hint: HintView): ReadState<HintValues> => ({
  revision: hint.revision,
  values: toHintValues(hint),
});

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const orNothing = <Value>(
  name: string,
  list: readonly Value[],
): Readonly<Record<string, readonly Value[]>> => (list.length === 0 ? {} : { [name]: list });

const readRecipes = (values: HintValues): Record<string, unknown> => ({
  apt: readWords(values.apt),
  dnf: readWords(values.dnf),
  env: readPairs(values.env).pairs,
  ...orNothing('repositories', readWords(values.repositories)),
  ...orNothing('toolchain', readWords(values.toolchain)),
  ...orNothing(
    'build_requires',
    readLines(values.build_requires).map((line) => line.trim()),
  ),
  ...orNothing(
    'build_constraints',
    readLines(values.build_constraints).map((line) => line.trim()),
  ),
  ...(values.config_settings.trim() === ''
    ? {}
    : { config_settings: readPairs(values.config_settings).pairs }),
  ...(values.patch.trim() === '' ? {} : { patch: values.patch }),
});

const readAll = (values: HintValues): Record<string, unknown> => ({
  patterns: readLines(values.patterns),
  alongside: values.alongside === '' ? null : values.alongside,
  answers: orNull(values.answers),
  package: orNull(values.package),
  specifier: orNull(values.specifier),
  tests: readTests(values.tests),
  note: values.note,
  expires_at: fromLocalField(values.expires_at),
  enabled: values.enabled !== '',
});

/** All that is known of a hint, as the API takes it. */
export const toStatedHint = ({
  patterns,
  alongside,
  answers,
  recipes,
  note,
  tests,
  ...hint
}: HintView): StatedHint => ({
  patterns,
  alongside,
  answers,
  recipes,
  note,
  tests,
  package: hint.package,
  specifier: hint.specifier,
  enabled: hint.enabled,
  expires_at: hint.expires_at,
});

interface Before {
  readonly hint: HintView;
  /** Fields that are not as they were. */
  readonly changed: readonly string[];
}

export interface ReadHint {
  /** Null: something does not fit. */
  readonly hint: StatedHint | null;
  readonly errors: HintErrors;
  /** What is missing: no mistake while a person is still typing. */
  readonly missing: HintErrors;
}

/** The hint that was typed. Fields that nobody touched are sent as they came, whatever a line of a form can show of them. */
export function readHint(values: HintValues, before: Before | null = null): ReadHint {
  const typed: Record<string, unknown> = { ...readAll(values), recipes: readRecipes(values) };
  const stated = before === null ? typed : keepUntouched(typed, before);
  const parsed = statedHintSchema.safeParse(stated);
  const pairFaults = (['env', 'config_settings'] as const).flatMap((name) => {
    const { fault } = readPairs(values[name]);
    const isTyped = before === null || before.changed.includes(name);
    return fault === null || !isTyped ? [] : [[name, fault] as const];
  });
  const errors = { ...listHintErrors(parsed.error?.issues ?? []), ...Object.fromEntries(pairFaults) };
  return {
    hint: parsed.success && pairFaults.length === 0 ? parsed.data : null,
    errors,
    missing: listMissing(values, before?.hint.rule ?? null),
  };
}

function keepUntouched(typed: Record<string, unknown>, { hint, changed }: Before): Record<string, unknown> {
  const stated = toStatedHint(hint);
  const kept = Object.entries({ ...stated, recipes: undefined }).filter(
    ([name]) => name !== 'recipes' && !changed.includes(name),
  );
  const recipes = { ...(typed['recipes'] as Record<string, unknown>) };
  for (const name of recipeFields) {
    const [before, isTouched] = [hint.recipes[name], changed.includes(name)];
    if (!isTouched && before !== undefined) recipes[name] = before;
  }
  return { ...typed, ...Object.fromEntries(kept), recipes };
}

function listMissing(values: HintValues, rule: HintView['rule']): HintErrors {
  const isEmpty = recipeFields.every((name) => values[name].trim() === '');
  return {
    ...(readLines(values.patterns).length === 0 && values.package.trim() === ''
      ? { patterns: 'A hint needs a pattern, or a package that it stands for.' }
      : {}),
    ...(isEmpty && rule === null ? { recipes: 'It does nothing yet: name at least one thing.' } : {}),
    ...(values.specifier.trim() !== '' && values.package.trim() === ''
      ? { package: 'Versions need the package that they are of.' }
      : {}),
  };
}
