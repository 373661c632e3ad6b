/** A hint whose pattern is in an attempt's log, with the recipe that it would add. */
export interface OfferedHint {
  readonly hintId: string;
  /** The line that matched, with its number in the log. */
  readonly line: { readonly no: number; readonly text: string };
  /** SHA-256 of the recipe as it would be applied: two hints with one recipe are one remedy. */
  readonly recipeDigest: string;
  /** Probability that the next attempt succeeds with it, 0 to 1. */
  readonly confidence: number;
  /** This job was built with this hint, or with the same recipe, before. */
  readonly wasTried: boolean;
}
