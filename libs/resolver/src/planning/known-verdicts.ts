import { type ListedRelease } from './listed-releases.ts';
import { type ReleaseRules } from './judge-release.ts';

type Verdict = 'reuse' | 'build';

/**
 * How releases of a listing were had, kept as long as the listing is: a plan looks at every release of a project, and
 * the next plan for the same target at the same ones.
 */
const verdicts = new WeakMap<ListedRelease, Map<string, Verdict>>();
/** Targets and rules for which a release is remembered. */
const mostRules = 16;

const keys = new WeakMap<ReleaseRules, string | null>();

/** Equal for rules that weigh listed files in the same way; null for rules about one plan's own hashes or wishes. */
export const findRulesKey = (rules: ReleaseRules): string | null => {
  const known = keys.get(rules);
  if (known !== undefined) return known;
  const { target, binary, rebuild, hashGroups, excluded } = rules;
  const parts = [target.pythonFullVersion, target.abiTag, target.platformTag, binary.wheels];
  const key =
    hashGroups.length > 0 || excluded !== null
      ? null
      : [...parts, String(binary.mayBuild), String(rebuild)].join(' ');
  keys.set(rules, key);
  return key;
};

export const findKnownVerdict = (listed: ListedRelease | null, rules: ReleaseRules): Verdict | undefined => {
  if (listed === null) return undefined;
  const key = findRulesKey(rules);
  return key === null ? undefined : verdicts.get(listed)?.get(key);
};

export const keepVerdict = (listed: ListedRelease | null, rules: ReleaseRules, verdict: Verdict): void => {
  const key = listed === null ? null : findRulesKey(rules);
  if (listed === null || key === null) return;
  const known = verdicts.get(listed) ?? new Map<string, Verdict>();
  if (known.size >= mostRules) known.clear();
  verdicts.set(listed, known.set(key, verdict));
};
