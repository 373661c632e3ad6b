import type { HintView } from '@ironwheel/contracts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { toRecipeKind, writeRecipe } from './list-recipe-parts.ts';

export type HintStateWord = 'enabled' | 'retired' | 'expired' | 'conflict';

/** A hint as the table shows it. */
export interface HintRow {
  readonly hint: HintView;
  readonly name: string;
  readonly does: string;
  readonly kind: string;
  readonly scope: string;
  readonly state: HintStateWord;
  /** Ids of others in force with the same pattern and scope, and another recipe. */
  readonly rivals: readonly string[];
}

export const sourceWords: Readonly<Record<HintView['source'], string>> = {
  builtin: 'catalogue',
  operator: 'person',
  suggested: 'suggested',
};

/** Which badge stands for a state. */
export const stateBadges: Readonly<Record<HintStateWord, string>> = {
  enabled: 'active',
  retired: 'off',
  expired: 'expired',
  conflict: 'warning',
};

/** The first line of the note of a hint of one's own, since its id says nothing; else its pattern or its package. */
export function toHintName({ id, source, note, pattern, package: project }: HintView): string {
  if (source === 'builtin') return id;
  const [line = ''] = note.trim().split('\n');
  return nameHidden((line || pattern) ?? `for ${project ?? 'nothing'}`).slice(0, 120);
}

export const writeScope = ({
  package: project,
  specifier,
}: Pick<HintView, 'package' | 'specifier'>): string =>
  project === null ? 'every package' : `${project} ${specifier ?? ''}`.trim();

export const isInForce = ({ enabled, expires_at: end }: HintView, nowMs: number): boolean =>
  enabled && (end === null || Date.parse(end) > nowMs);

/** Of each hint, those that speak to the same lines of the same packages and say something else. */
function findRivals(hints: readonly HintView[]): Map<string, Set<string>> {
  const byPlace = new Map<string, HintView[]>();
  for (const hint of hints) {
    for (const pattern of new Set(hint.patterns)) {
      const place = JSON.stringify([pattern, hint.alongside, hint.package, hint.specifier]);
      byPlace.set(place, [...(byPlace.get(place) ?? []), hint]);
    }
  }
  const rivals = new Map<string, Set<string>>();
  for (const group of byPlace.values()) {
    for (const one of group) {
      const others = group.filter((other) => writeRecipe(other.recipes) !== writeRecipe(one.recipes));
      rivals.set(one.id, new Set([...(rivals.get(one.id) ?? []), ...others.map(({ id }) => id)]));
    }
  }
  return rivals;
}

export function toHintRows(hints: readonly HintView[], nowMs: number): HintRow[] {
  const rivals = findRivals(hints.filter((hint) => isInForce(hint, nowMs)));
  return hints.map((hint) => {
    const others = [...(rivals.get(hint.id) ?? [])];
    return {
      hint,
      name: toHintName(hint),
      does: describeHint(hint),
      kind: toRecipeKind(hint.recipes),
      scope: writeScope(hint),
      state: toHintState(hint, nowMs, others),
      rivals: others,
    };
  });
}

export function toHintState(hint: HintView, nowMs: number, rivals: readonly string[] = []): HintStateWord {
  if (!hint.enabled) return 'retired';
  if (!isInForce(hint, nowMs)) return 'expired';
  return rivals.length > 0 ? 'conflict' : 'enabled';
}

const rules: Readonly<Record<NonNullable<HintView['rule']>, string>> = {
  'pkg-config': 'installs what pkg-config asked for',
  'python-module': 'adds the module that was missing to the build requirements',
};

export const describeHint = ({ recipes, rule }: Pick<HintView, 'recipes' | 'rule'>): string =>
  [rule === null ? '' : rules[rule], writeRecipe(recipes)].filter((text) => text !== '').join('; ');

const percent = (share: number): string => `${Math.round(share * 100)}`;

/** "67 % (35–88 %)": the rate with its 95 % interval; null: nothing has ended. */
export const writeSuccess = ({ success }: HintView['stats']): string | null =>
  success === null ? null : `${percent(success.rate)} % (${percent(success.low)}–${percent(success.high)} %)`;

/** Applications of which no later attempt has said anything, or none ever will: it was cancelled, or is lost. */
export const countOpen = ({ applied, succeeded, moved_on, failed }: HintView['stats']): number =>
  Math.max(0, applied - succeeded - moved_on - failed);
