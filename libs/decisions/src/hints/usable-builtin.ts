import type { BuiltinHint } from './builtin-hint.ts';
import { hintPriors, type HintRecord } from './hint-confidence.ts';
import { toLineMatcher } from './line-matcher.ts';
import type { UsableHint } from './match-hints.ts';

/** Ranks of hints, in whose order they have their turn. */
export const hintRanks = { scoped: 0, operator: 1, builtin: 2, rule: 3 } as const;

/** An entry of the catalogue, ready to be matched. */
export const toUsableBuiltin = (
  hint: BuiltinHint,
  record: HintRecord = { tried: 0, succeeded: 0 },
): UsableHint => ({
  id: hint.id,
  matchers: hint.patterns.map(toLineMatcher),
  alongside: hint.alongside === undefined ? null : toLineMatcher(hint.alongside),
  recipe: hint.recipe,
  rule: hint.rule ?? null,
  answers: hint.answers ?? null,
  rank: hint.rule === undefined ? hintRanks.builtin : hintRanks.rule,
  prior: hint.isConfirmed ? hintPriors.confirmed : hintPriors.unconfirmed,
  record,
});
