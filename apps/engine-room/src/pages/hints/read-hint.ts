import { statedHintSchema, type HintView, type StatedHint } from '@ironwheel/contracts';
import { readTests } from './hint-tests-text.ts';
import type { HintField, HintValues } from './hint-values.ts';
import { readLines, readPairs, readWords } from './line-pairs.ts';
import { listHintErrors, type HintErrors } from './list-hint-errors.ts';
import { fromLocalField } from './local-time-field.ts';

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
