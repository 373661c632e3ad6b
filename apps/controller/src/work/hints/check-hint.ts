import type { StatedHint } from '@ironwheel/contracts';
import { emptyRecipe, findHintMatches, recipeText, type LogLine } from '@ironwheel/decisions';
import { normalizeName, PackagingError, parseSpecifierSet } from '@ironwheel/packaging';
import { AppError } from '../../platform/index.ts';
import type { Hint } from './hint.row.ts';
import { toRe2Matcher } from './hint-pattern.ts';
import { toUsable } from './usable-hint.ts';

/** What a person can say of a hint, with everything filled in. */
export type CheckedHint = Omit<
  Hint,
  'id' | 'source' | 'rule' | 'revision' | 'created_by' | 'created_at' | 'updated_at'
>;

export const linesOf = (text: string): LogLine[] =>
  text.split(/\r?\n/u).map((line, index) => ({ no: index + 1, text: line }));

const invalid = (path: string, detail: string, cause?: unknown): AppError =>
  new AppError('HINT_INVALID', detail, { cause, issues: [{ path, message: detail }] });

/**
 * Checks what its schema cannot: patterns, scope, tests, and that the hint does something. `issues` of an error name the
 * field, as the schema has it.
 * @throws {AppError} `HINT_INVALID`, `HINT_PATTERN_INVALID`, `HINT_TEST_FAILED`.
 */
export function checkHint(stated: StatedHint, rule: Hint['rule'] = null): CheckedHint {
  const hint: CheckedHint = {
    patterns:
      stated.patterns ?? (stated.pattern === undefined || stated.pattern === null ? [] : [stated.pattern]),
    alongside: stated.alongside ?? null,
    answers: stated.answers ?? null,
    package: stated.package === undefined || stated.package === null ? null : normalizeName(stated.package),
    specifier: stated.specifier ?? null,
    recipes: stated.recipes,
    note: stated.note ?? '',
    tests: stated.tests ?? [],
    enabled: stated.enabled ?? true,
    expires_at:
      stated.expires_at === undefined || stated.expires_at === null ? null : new Date(stated.expires_at),
  };
  if (rule === null && recipeText(hint.recipes) === recipeText(emptyRecipe)) {
    throw invalid('recipes', 'The recipe of the hint is empty: it would change nothing.');
  }
  if (hint.patterns.length === 0 && hint.package === null) {
    throw invalid('patterns', 'A hint needs a pattern, or a package that it stands for.');
  }
  checkScope(hint);
  hint.patterns.forEach((pattern, index) => checkPattern(pattern, `patterns.${index}`));
  if (hint.alongside !== null) checkPattern(hint.alongside, 'alongside');
  checkTests(hint, rule);
  return hint;
}

function checkPattern(pattern: string, place: string): void {
  if (toRe2Matcher(pattern, place)('') === null) return;
  throw invalid(place, `The pattern ${pattern} matches the empty line, and so every log.`);
}

function checkScope({ package: name, specifier }: CheckedHint): void {
  if (specifier === null) return;
  if (name === null) throw invalid('package', 'A specifier needs the package whose versions it takes.');
  try {
    parseSpecifierSet(specifier);
  } catch (cause) {
    if (!(cause instanceof PackagingError)) throw cause;
    throw invalid('specifier', cause.message, cause);
  }
}

function checkTests(hint: CheckedHint, rule: Hint['rule']): void {
  const usable = toUsable({ ...hint, id: 'hint_draft', source: 'operator', rule, revision: 0 });
  hint.tests.forEach(({ text, matches }, index) => {
    const isMatch = findHintMatches(linesOf(text), [usable], '0').length > 0;
    if (isMatch === matches) return;
    const message = matches ? 'must match and does not' : 'must not match and does';
    throw new AppError('HINT_TEST_FAILED', `Test ${index + 1} ${message}: ${text.slice(0, 200)}`, {
      issues: [{ path: `tests.${index}`, message }],
    });
  });
}
