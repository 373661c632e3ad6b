import type { HintSuggestionView } from '@ironwheel/contracts';
import type { HintSuggestion } from '@ironwheel/decisions';
import { toRecipes } from './to-recipes.ts';

export const toSuggestionView = (
  { pattern, recipe, note, line, tests }: HintSuggestion,
  attemptIds: readonly string[],
  packages: readonly string[],
): HintSuggestionView => ({
  draft: {
    pattern,
    recipes: toRecipes(recipe),
    note,
    tests: [
      ...tests.matches.map((text) => ({ text, matches: true })),
      ...tests.misses.map((text) => ({ text, matches: false })),
    ],
  },
  line: { line_no: line.no, text: line.text.slice(0, 2000) },
  attempt_ids: [...attemptIds],
  packages: [...packages],
});
