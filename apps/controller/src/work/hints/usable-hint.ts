import {
  builtinHints,
  hintPriors,
  hintRanks,
  toLineMatcher,
  type BuiltinHint,
  type LineMatcher,
  type UsableHint,
} from '@ironwheel/decisions';
import { matchesSpecifier, parseSpecifierSet } from '@ironwheel/packaging';
import type { Hint } from './hint.row.ts';
import { toRe2Matcher } from './hint-pattern.ts';
import { toRecipes } from './to-recipes.ts';

const shipped = new Map(builtinHints.map((hint) => [hint.id, hint]));
const patternsOf = ({ patterns, alongside }: BuiltinHint): string[] =>
  [...patterns, ...(alongside === undefined ? [] : [alongside])].map(({ source }) => source);
/** Patterns that libs/decisions holds to a form which costs little per line; the quicker engine may have them. */
const trusted = new Set(builtinHints.flatMap(patternsOf));

/** An entry of the catalogue as it was shipped. */
export const toShippedHint = (hint: BuiltinHint): Hint => ({
  id: hint.id,
  source: 'builtin',
  patterns: hint.patterns.map(({ source }) => source),
  alongside: hint.alongside?.source ?? null,
  rule: hint.rule ?? null,
  answers: hint.answers ?? null,
  package: null,
  specifier: null,
  recipes: toRecipes(hint.recipe),
  note: hint.note,
  tests: [
    ...hint.tests.matches.map((text) => ({ text, matches: true })),
    ...hint.tests.misses.map((text) => ({ text, matches: false })),
  ],
  enabled: true,
  expires_at: null,
  revision: 0,
  created_by: null,
  created_at: null,
  updated_at: null,
});

const toMatcher = (pattern: string): LineMatcher =>
  trusted.has(pattern) ? toLineMatcher(pattern) : toRe2Matcher(pattern);

const rankOf = (hint: Pick<Hint, 'package' | 'source' | 'rule'>): number => {
  if (hint.package !== null) return hintRanks.scoped;
  if (hint.source !== 'builtin') return hintRanks.operator;
  return hint.rule === null ? hintRanks.builtin : hintRanks.rule;
};

const priorOf = ({ id, source }: Pick<Hint, 'id' | 'source'>): number => {
  if (source !== 'builtin') return hintPriors.operator;
  return shipped.get(id)?.isConfirmed === true ? hintPriors.confirmed : hintPriors.unconfirmed;
};

/** A hint, ready to be matched. @throws {AppError} `HINT_PATTERN_INVALID`. */
export const toUsable = (hint: Omit<Hint, 'created_by' | 'created_at' | 'updated_at'>): UsableHint => ({
  id: hint.id,
  matchers: hint.patterns.map(toMatcher),
  alongside: hint.alongside === null ? null : toMatcher(hint.alongside),
  recipe: hint.recipes,
  rule: hint.rule,
  answers: hint.answers,
  rank: rankOf(hint),
  prior: priorOf(hint),
  record: { tried: 0, succeeded: 0 },
});

/** Whether the hint is for this project and version; `name` normalized. */
export function isInScope(hint: Pick<Hint, 'package' | 'specifier'>, name: string, version: string): boolean {
  if (hint.package === null) return true;
  if (hint.package !== name) return false;
  if (hint.specifier === null) return true;
  return matchesSpecifier(version, parseSpecifierSet(hint.specifier), { prereleases: true });
}

export const isExpired = ({ expires_at: expiresAt }: Pick<Hint, 'expires_at'>, now: Date): boolean =>
  expiresAt !== null && expiresAt <= now;
