import type { HintSuggestionView, HintView } from '@ironwheel/contracts';
import type { ReadState } from '../../parts/edits/index.ts';
import { writeTests } from './hint-tests-text.ts';
import { writePairs } from './line-pairs.ts';
import { toLocalField } from './local-time-field.ts';

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
