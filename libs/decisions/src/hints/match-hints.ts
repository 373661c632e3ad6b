import type { HintRule } from './builtin-hint.ts';
import { findFirstErrorBlock } from './error-block.ts';
import { hintConfidence, type HintRecord } from './hint-confidence.ts';
import { findDebianPackage, findDistribution } from './known-names.ts';
import type { LineMatcher, LogLine } from './line-matcher.ts';
import { findLogClass, type LogClass } from './log-class.ts';
import type { OfferedHint } from './offered-hint.ts';
import {
  addsTo,
  emptyRecipe,
  mergeRecipes,
  recipeOn,
  recipeText,
  type PackageManager,
  type Recipe,
} from './recipe.ts';

/** A hint that may be used: enabled, not expired, in scope of the package. */
export interface UsableHint {
  readonly id: string;
  readonly matchers: readonly LineMatcher[];
  readonly alongside: LineMatcher | null;
  readonly recipe: Recipe;
  readonly rule: HintRule | null;
  /** The class of logs that the hint is made for; there the others keep still. */
  readonly answers: LogClass | null;
  /** The more it says about the package or who wrote it, the earlier it has its turn: 0 first. */
  readonly rank: number;
  readonly prior: number;
  readonly record: HintRecord;
}

export interface HintContext {
  readonly version: string;
  /** The package manager where the attempt was built; `none`: nothing is installed there, null: not known. */
  readonly packageManager: PackageManager | 'none' | null;
  /** What the failed attempt was built with. */
  readonly given: Recipe;
  /** What had its turn in this chain of attempts: since the job was wished for, or a person retried it. */
  readonly triedHintIds: ReadonlySet<string>;
  readonly triedDigests: ReadonlySet<string>;
  /** Names a text by its hash. */
  readonly digestOf: (text: string) => string;
}

/** A hint and the line that it matched, with the recipe that follows. */
export interface HintMatch {
  readonly hint: UsableHint;
  readonly line: LogLine;
  readonly recipe: Recipe;
}

/** Which hints match where the failure begins, best first. In logs that no package mends, only those made for them. */
export function findHintMatches(
  lines: readonly LogLine[],
  hints: readonly UsableHint[],
  version: string,
): readonly HintMatch[] {
  const block = findFirstErrorBlock(lines);
  const logClass = findLogClass(block)?.class ?? null;
  const matches = hints.flatMap((hint) => {
    if (logClass !== null && hint.answers === null) return [];
    const match = findMatch(hint, block, version);
    return match === null ? [] : [match];
  });
  return matches.sort(
    (one, other) =>
      one.hint.rank - other.hint.rank ||
      one.line.no - other.line.no ||
      (one.hint.id < other.hint.id ? -1 : 1),
  );
}

function findMatch(hint: UsableHint, block: readonly LogLine[], version: string): HintMatch | null {
  const { alongside } = hint;
  if (alongside !== null && !block.some(({ text }) => alongside(text) !== null)) return null;
  for (const line of block) {
    for (const matcher of hint.matchers) {
      const groups = matcher(line.text);
      if (groups === null) continue;
      const recipe = recipeFor(hint, groups.find((group) => group !== undefined) ?? null, version);
      if (recipe !== null) return { hint, line, recipe };
    }
  }
  return null;
}

/** The recipe with what the line says filled in; null when it says nothing that is known. */
function recipeFor({ recipe, rule }: UsableHint, caught: string | null, version: string): Recipe | null {
  const env = Object.fromEntries(
    Object.entries(recipe.env).map(([key, value]) => [key, value.replaceAll('{version}', version)]),
  );
  const stated: Recipe = { ...recipe, env };
  switch (rule) {
    case null:
      return stated;
    case 'pkg-config': {
      if (caught === null) return null;
      const apt = findDebianPackage(caught);
      return mergeRecipes(stated, {
        ...emptyRecipe,
        apt: apt === null ? [] : [apt, 'pkg-config'],
        dnf: [`pkgconfig(${caught})`, 'pkgconf-pkg-config'],
      });
    }
    case 'python-module': {
      const distribution = caught === null ? null : findDistribution(caught);
      return distribution === null
        ? null
        : mergeRecipes(stated, { ...emptyRecipe, build_requires: [distribution] });
    }
  }
}

/**
 * The hints that a failed attempt is offered, best first. A hint has one turn in a chain of attempts, and no set of
 * actions is taken twice: what had its turn is marked, and what would do nothing where the build runs is left out.
 */
export function matchHints(
  lines: readonly LogLine[],
  hints: readonly UsableHint[],
  context: HintContext,
): readonly OfferedHint[] {
  const { packageManager, given, triedHintIds, triedDigests } = context;
  return findHintMatches(lines, hints, context.version).flatMap(({ hint, line, recipe }) => {
    const effective = recipeText(recipeOn(recipe, packageManager));
    if (effective === recipeText(emptyRecipe)) return [];
    const recipeDigest = context.digestOf(effective);
    return [
      {
        hintId: hint.id,
        line: { no: line.no, text: line.text.slice(0, 300) },
        recipeDigest,
        confidence: hintConfidence(hint.prior, hint.record),
        wasTried:
          triedHintIds.has(hint.id) ||
          triedDigests.has(recipeDigest) ||
          !addsTo(given, recipe, packageManager),
      },
    ];
  });
}
