import type { Runner } from './runner.ts';

/** What a runner may keep between builds. */
export interface TidyBounds {
  /** Attempts that the worker knows: nothing of theirs is touched. */
  readonly attempts: readonly string[];
  /** Leftovers younger than this stay: their owner may be about to name them. In milliseconds. */
  readonly leftoverMinAgeMs: number;
  /** Images made for recipes: the ones used last stay, so many, of so many bytes together, used within so long. 0: no bound. */
  readonly images: { readonly maxCount: number; readonly maxBytes: number; readonly maxAgeMs: number };
}

export interface Tidied {
  readonly containers: number;
  readonly images: number;
  readonly imageBytes: number;
}

/** Ability `tidy`: lets go what builds left behind. Cut off at any point, a later call goes on. */
export interface TidyRunner extends Runner {
  tidy(bounds: TidyBounds): Promise<Tidied>;
}

export const canTidy = (runner: Runner): runner is TidyRunner =>
  'tidy' in runner && typeof runner.tidy === 'function';
