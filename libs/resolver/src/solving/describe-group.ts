import { describeReleases } from './describe-missing.ts';
import { describeVersions, joinWords } from './describe-versions.ts';
import { withoutMarker, type FactGroup } from './group-facts.ts';
import { type Fact } from './incompatibility.ts';
import { hasBit } from './version-set.ts';

const mostNamed = 3;

/** Hundreds of releases may each ask for something else. */
const joinWanted = (wanted: readonly string[]): string =>
  wanted.length <= mostNamed
    ? joinWords(wanted, 'or')
    : `${wanted.slice(0, mostNamed - 1).join(', ')} or ${wanted.length - mostNamed + 1} like these`;

const withoutEnd = (text: string): string => text.replace(/\.$/, '');

const describeSubject = ({ subject, versions }: FactGroup): { text: string; isPlural: boolean } =>
  subject === null || versions === null
    ? { text: subject?.name ?? 'you', isPlural: false }
    : describeVersions(subject, versions);

const describeRequirement = (group: FactGroup, fact: Fact & { kind: 'requires' }): string => {
  const unmet = fact.isUnmet ? `, of which there is no release (${describeReleases(fact.target)})` : '';
  if (fact.parent === null) return `you ask for ${fact.text}${unmet}`;
  const { text, isPlural } = describeSubject(group);
  const wanted = new Set([fact.text, ...(group.alternatives ?? [])].map(withoutMarker));
  const extras = fact.extras.length === 0 ? '' : ` with the extra ${joinWords(fact.extras)}`;
  return `${text}${extras} ${isPlural ? 'require' : 'requires'} ${joinWanted([...wanted])}${unmet}`;
};

/** One fact in its own words, without a capital or a full stop. */
export const describeGroup = (group: FactGroup): string => {
  const { fact } = group;
  const { text, isPlural } = describeSubject(group);
  const cannotBeUsed = text.startsWith('every ')
    ? `no${text.slice('every'.length)} can be used`
    : `${text} cannot be used`;
  switch (fact.kind) {
    case 'requires':
      return describeRequirement(group, fact);
    case 'constraint':
      return `the constraint ${fact.text} rules that out`;
    case 'refused':
      return isPlural || text.startsWith('every ')
        ? `${cannotBeUsed}: ${withoutEnd(fact.reason.text)}`
        : withoutEnd(fact.reason.text);
    case 'url':
      return `${cannotBeUsed}: it requires ${withoutMarker(fact.text)}, a URL that you did not ask for`;
    case 'unreadable':
      return `${cannotBeUsed}: its requirement ${withoutEnd(fact.text)}`;
    case 'yanked':
      return `${text} ${isPlural ? 'are' : 'is'} yanked, and nothing that is needed pins ${isPlural ? 'them' : 'it'}`;
    case 'missing':
      return `${cannotBeUsed.replace(/used$/, 'had')}: ${describeWhyMissing(group)}`;
    case 'unknown':
      return `nobody knows what ${text} ${isPlural ? 'depend' : 'depends'} on`;
    case 'unneeded':
      return `nothing requires ${fact.target.name}`;
  }
};

const describeWhyMissing = ({ fact, versions }: FactGroup): string => {
  const reasons = new Set<string>();
  for (const [at, release] of fact.target.releases.entries()) {
    const isMeant = versions === null || hasBit(versions, at + 1);
    if (isMeant && release.missing !== null) reasons.add(withoutEnd(release.missing.text));
  }
  const [first] = reasons;
  if (first === undefined) return describeReleases(fact.target);
  return reasons.size === 1 ? first : `${[...reasons].at(-1) ?? ''}, and alike`;
};
