import { type ProofFact } from './collect-facts.ts';
import { describeGroup } from './describe-group.ts';
import { joinWords } from './describe-versions.ts';
import { groupFacts, type FactGroup } from './group-facts.ts';
import { type Fact } from './incompatibility.ts';
import { type Conflict } from './solver-types.ts';
import { areDisjoint, unite } from './version-set.ts';

const mostSteps = 20;
const mostNamedRoots = 4;

const toSentence = (text: string): string =>
  `${/^(?:you|the|every|no|nothing)\b/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;

type Demand = FactGroup & { readonly fact: Fact & { kind: 'requires' | 'constraint' } };

const isDemand = (group: FactGroup): group is Demand =>
  group.fact.kind === 'requires' || group.fact.kind === 'constraint';

/** The same said of more releases of the subject, when they ask for other versions that do not fit either. */
const widen = (group: Demand, against: Demand, demands: readonly Demand[]): FactGroup => {
  const { subject, versions, fact } = group;
  if (subject === null || versions === null || fact.kind !== 'requires') return group;
  const alike = demands.filter(
    (other) =>
      other !== group &&
      other.subject === subject &&
      other.fact.target === fact.target &&
      areDisjoint(other.fact.wanted, against.fact.wanted),
  );
  return {
    ...group,
    versions: alike.reduce(
      (all, other) => (other.versions === null ? all : unite(all, other.versions)),
      versions,
    ),
    alternatives: alike.map((other) => other.fact.text),
  };
};

/** Of different releases of one package, which ask for different things without any harm. */
const areApart = (left: FactGroup, right: FactGroup): boolean =>
  left.subject === right.subject &&
  left.versions !== null &&
  right.versions !== null &&
  areDisjoint(left.versions, right.versions);

/** Two demands on one project that no release meets together; a constraint comes last. */
const findClash = (groups: readonly FactGroup[]): readonly FactGroup[] | undefined => {
  const demands = groups.filter(isDemand);
  for (const [at, left] of demands.entries()) {
    for (const right of demands.slice(at + 1)) {
      if (areApart(left, right)) continue;
      if (left.fact.target !== right.fact.target || !areDisjoint(left.fact.wanted, right.fact.wanted))
        continue;
      const pair = [widen(left, right, demands), widen(right, left, demands)];
      const mustTurn =
        left.fact.kind === 'constraint' || (right.fact.kind === 'requires' && right.subject === null);
      return mustTurn && left.subject !== right.subject ? pair.reverse() : pair;
    }
  }
  return undefined;
};

/** So many different requirements of one project on another are told one by one. */
const mostTold = 4;

/** What one project requires of another is one step where its releases each ask for something else. */
const joinAlike = (groups: readonly FactGroup[]): FactGroup[] => {
  const keyOf = ({ fact, subject }: FactGroup): string =>
    fact.kind === 'requires' && subject !== null && !fact.isUnmet
      ? [subject.name, fact.target.name, ...fact.extras].join(' ')
      : '';
  const alike = Map.groupBy(groups, keyOf);
  return groups.flatMap((group): FactGroup[] => {
    const all = alike.get(keyOf(group)) ?? [];
    if (keyOf(group) === '' || all.length <= mostTold) return [group];
    if (all[0] !== group) return [];
    const versions = all.reduce(
      (united, other) => (united === null || other.versions === null ? null : unite(united, other.versions)),
      group.versions,
    );
    const alternatives = all.slice(1).flatMap(({ fact }) => (fact.kind === 'requires' ? [fact.text] : []));
    return [{ ...group, versions, alternatives }];
  });
};

const summarize = (groups: readonly FactGroup[]): string => {
  const unmet = groups.find(({ fact }) => fact.kind === 'requires' && fact.isUnmet);
  if (groups.length === 1 || (unmet !== undefined && groups.length === 2)) {
    return toSentence((unmet === undefined ? groups : [unmet]).map(describeGroup).join(', '));
  }
  const clash = findClash(groups);
  const roots = groups.filter(({ fact, subject }) => fact.kind === 'requires' && subject === null);
  if (groups.length === 2) return toSentence(groups.map(describeGroup).join(', but '));
  const together = clash?.map(describeGroup).join(', but ');
  const isPlain = roots.length < 2 || clash?.some(({ subject }) => subject === null);
  if (together !== undefined && isPlain === true) return toSentence(together);
  const names = roots.slice(0, mostNamedRoots).map(({ fact }) => (fact.kind === 'requires' ? fact.text : ''));
  const more = roots.length > mostNamedRoots ? ` and ${roots.length - mostNamedRoots} more` : '';
  const rest = unmet ?? groups.findLast(({ fact }) => fact.kind !== 'requires');
  const reason = together ?? (rest === undefined ? undefined : describeGroup(rest));
  const why = reason === undefined ? '' : `: ${reason}`;
  return roots.length > 1
    ? `${joinWords(names)}${more} cannot be had together${why}.`
    : `No release of what you ask for, ${names.join('')}, can be installed on the target${why}.`;
};

/**
 * The proof as a person tells it: what you ask for, what that requires, and where it cannot go on.
 * @param lines what the user asked for, in order
 */
export const explainConflict = (facts: readonly ProofFact[], lines: readonly string[]): Conflict => {
  const groups = groupFacts(facts, lines);
  const steps = joinAlike(groups).map((group) => toSentence(describeGroup(group)));
  const left = steps.length - mostSteps;
  return {
    summary: summarize(groups),
    steps: left > 0 ? [...steps.slice(0, mostSteps), `${left} more facts take part.`] : steps,
    packages: [...new Set(groups.map(({ fact }) => fact.target.name))].sort(),
  };
};
