import { type ProofFact } from './collect-facts.ts';
import { missingModeOf } from './release-permits.ts';
import { type SolverProject } from './solver-project.ts';
import { type MissingPolicy } from './solver-types.ts';

const openAll = (projects: readonly SolverProject[], open: (project: SolverProject) => void): boolean => {
  for (const project of new Set(projects)) {
    open(project);
    project.forgetSets();
  }
  return projects.length > 0;
};

/**
 * Nothing fits. Whether that rests on releases that were left out: yanked ones that someone further on may pin, then
 * those whose needs nobody knows, then pre-releases, then what cannot be had. These are let in as a last resort, and it
 * is worth another search.
 */
export const openLeftOut = (facts: readonly ProofFact[], policy: MissingPolicy): boolean => {
  const yanked = facts.flatMap(({ fact }) =>
    fact.kind === 'yanked' && fact.target.yanked === 'by-permit' ? [fact.target] : [],
  );
  if (openAll(yanked, (project) => (project.yanked = 'probing'))) return true;
  const unknown = facts.flatMap(({ fact }) => (fact.kind === 'unknown' ? [fact.target] : []));
  if (openAll(unknown, (project) => (project.unknown = 'last-resort'))) return true;
  const closedToPrereleases = facts.flatMap(({ fact }) =>
    fact.kind === 'requires' && fact.leavesOutPrereleases && fact.target.prereleases === 'closed'
      ? [fact.target]
      : [],
  );
  if (openAll(closedToPrereleases, (project) => (project.prereleases = 'last-resort'))) return true;
  const closed = facts.flatMap(({ fact }) => {
    const isClosed =
      fact.kind === 'requires'
        ? fact.isUnmet && fact.target.missing === 'closed'
        : fact.kind === 'missing' && missingModeOf(fact.target, policy) === 'closed';
    return isClosed ? [fact.target] : [];
  });
  if (openAll(closed, (project) => (project.missing = 'by-permit'))) return true;
  const byPermit = facts.flatMap(({ fact }) =>
    fact.kind === 'missing' &&
    missingModeOf(fact.target, policy) === 'by-permit' &&
    fact.target.missingBits.length > fact.target.phantomBits.length
      ? [fact.target]
      : [],
  );
  return openAll(byPermit, (project) => (project.missing = 'open'));
};
