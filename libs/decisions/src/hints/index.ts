export { builtinHints } from './builtin-catalogue.ts';
export { hintRules, type BuiltinHint, type HintRule } from './builtin-hint.ts';
export { findFirstErrorBlock, isErrorLine } from './error-block.ts';
export {
  hintConfidence,
  hintPriors,
  wilsonInterval,
  type HintRecord,
  type MeasuredRate,
} from './hint-confidence.ts';
export { toLineMatcher, type LineMatcher } from './line-matcher.ts';
export { findLogClass, logClasses, logClassRules, type FoundLogClass, type LogClass } from './log-class.ts';
export {
  findHintMatches,
  matchHints,
  type HintContext,
  type HintMatch,
  type UsableHint,
} from './match-hints.ts';
export type { OfferedHint } from './offered-hint.ts';
export {
  addsTo,
  emptyRecipe,
  mergeRecipes,
  normalizeRecipe,
  recipeOn,
  recipeText,
  type PackageManager,
  type Recipe,
} from './recipe.ts';
export { suggestHint, type HintSuggestion } from './suggest-hint.ts';
export { hintRanks, toUsableBuiltin } from './usable-builtin.ts';
