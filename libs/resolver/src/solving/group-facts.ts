import { type ProofFact } from './collect-facts.ts';
import { type Fact } from './incompatibility.ts';
import { type SolverProject } from './solver-project.ts';
import { unite, type VersionSet } from './version-set.ts';

/** Facts that one sentence can tell: the same of several releases. */
export interface FactGroup {
  readonly fact: Fact;
  /** Whose releases it is about; null: the user's own words. */
  readonly subject: SolverProject | null;
  /** Releases of the subject. */
  readonly versions: VersionSet | null;
  /** Other requirements of the subject on the same project that take part in the same way. */
  readonly alternatives?: readonly string[];
}

/** On the target the marker holds, or the requirement would not be told. */
export const withoutMarker = (text: string): string => text.replace(/\s*;.*$/, '');

const subjectOf = (fact: Fact): SolverProject | null =>
  fact.kind === 'requires' ? fact.parent : fact.kind === 'constraint' ? null : fact.target;

/** What must be the same for facts to become one. */
const keyOf = (fact: Fact): string => {
  const about = `${fact.kind} ${subjectOf(fact)?.name ?? ''} ${fact.target.name}`;
  switch (fact.kind) {
    case 'requires':
      return `${about} ${fact.extras.join(',')} ${withoutMarker(fact.text)}`;
    case 'constraint':
    case 'url':
    case 'unreadable':
      return `${about} ${fact.text}`;
    case 'refused':
      return `${about} ${fact.reason.code}`;
    case 'yanked':
    case 'missing':
    case 'unknown':
    case 'unneeded':
      return about;
  }
};

const versionsOf = ({ fact, terms }: ProofFact): VersionSet | null => {
  const subject = subjectOf(fact);
  if (subject === null) return null;
  const term = terms.find(({ package: one }) => one.project === subject && one.extra === null);
  return term?.set ?? null;
};

/** What the user asks for in the order of the lines, each followed by what is required because of it. */
export const groupFacts = (facts: readonly ProofFact[], lines: readonly string[]): FactGroup[] => {
  const groups = new Map<string, FactGroup>();
  for (const proof of facts) {
    if (proof.fact.kind === 'unneeded') continue;
    const key = keyOf(proof.fact);
    const known = groups.get(key);
    const versions = versionsOf(proof);
    const all =
      known?.versions && versions ? unite(known.versions, versions) : (versions ?? known?.versions ?? null);
    groups.set(key, { fact: known?.fact ?? proof.fact, subject: subjectOf(proof.fact), versions: all });
  }
  const lineOf = ({ fact, subject }: FactGroup): number =>
    subject === null && fact.kind === 'requires' ? lines.indexOf(fact.text) : lines.length;
  const open = [...groups.values()].sort((left, right) => lineOf(left) - lineOf(right));
  const ordered: FactGroup[] = [];
  const told = new Set<SolverProject>();
  while (open.length > 0) {
    // What belongs to something that was told comes before the user's next line.
    const following = open.findIndex(({ subject, fact }) => {
      const about = fact.kind === 'constraint' ? fact.target : subject;
      return about !== null && told.has(about);
    });
    const next = following < 0 ? open.findIndex(({ subject }) => subject === null) : following;
    const [group] = open.splice(Math.max(next, 0), 1);
    if (group === undefined) break;
    ordered.push(group);
    told.add(group.fact.target);
  }
  return ordered;
};
