import type { hintLogClasses, hintSources, hintTestSchema, Recipes } from '@ironwheel/contracts';
import type { HintRule } from '@ironwheel/decisions';
import type { z } from 'zod';

/** A hint, wherever it comes from. */
export interface Hint {
  readonly id: string;
  readonly source: (typeof hintSources)[number];
  /** Empty: it stands for its package. */
  readonly patterns: readonly string[];
  readonly alongside: string | null;
  readonly rule: HintRule | null;
  readonly answers: (typeof hintLogClasses)[number] | null;
  readonly package: string | null;
  readonly specifier: string | null;
  readonly recipes: Recipes;
  readonly note: string;
  readonly tests: readonly z.output<typeof hintTestSchema>[];
  readonly enabled: boolean;
  readonly expires_at: Date | null;
  /** 0: an entry of the catalogue as it was shipped. */
  readonly revision: number;
  readonly created_by: string | null;
  readonly created_at: Date | null;
  readonly updated_at: Date | null;
}

/** What came of a hint's applications. */
export interface HintStats {
  readonly hint_id: string;
  readonly applied: number;
  readonly succeeded: number;
  readonly moved_on: number;
  readonly failed: number;
  readonly last_applied_at: Date | null;
}

export const noStats = (hintId: string): HintStats => ({
  hint_id: hintId,
  applied: 0,
  succeeded: 0,
  moved_on: 0,
  failed: 0,
  last_applied_at: null,
});
