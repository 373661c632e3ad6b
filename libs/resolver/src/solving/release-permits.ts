import { type SpecifierSet } from '@ironwheel/packaging';
import { type Permit, type SolverProject } from './solver-project.ts';
import { type MissingPolicy } from './solver-types.ts';
import { type ReachedPackage } from './walk-solution.ts';

export interface Asker {
  readonly project: SolverProject;
  readonly bit: number;
}

const widen = (permits: Map<number, Permit>, bit: number, asker: Asker | null): boolean => {
  const known = permits.get(bit);
  if (known === 'anyone') return false;
  if (asker === null) {
    permits.set(bit, 'anyone');
    return true;
  }
  const byProject = known ?? new Map<SolverProject, Set<number>>();
  const bits = byProject.get(asker.project) ?? new Set<number>();
  if (bits.has(asker.bit)) return false;
  byProject.set(asker.project, bits.add(asker.bit));
  permits.set(bit, byProject);
  return true;
};

export const missingModeOf = (project: SolverProject, policy: MissingPolicy): SolverProject['missing'] =>
  project.missing === 'closed' && policy === 'report' ? 'by-permit' : project.missing;

/** All of `requirers` is one permit: the one to be in the solution at all. */
export const presenceBit = 0;

/**
 * A requirement lets in what is otherwise left out: the yanked release that it pins, and, where it matches nothing to
 * be had, what is missing. True: the search under way has built on the opposite, and must begin anew.
 */
export const grantPermits = (
  project: SolverProject,
  specifiers: SpecifierSet | null,
  asker: Asker | null,
  policy: MissingPolicy,
): boolean => {
  const takesMissing = missingModeOf(project, policy) !== 'closed';
  const sizeBefore = project.size;
  // A version that nobody has is told to the user who asks for it; of a package that does, another version is tried.
  const takesPhantom =
    takesMissing && (asker === null || project.releases.length === 0 || project.missing !== 'closed');
  if (takesPhantom && project.want(specifiers).isUnmet) project.addPhantom(specifiers);
  const wanted = project.want(specifiers);
  const isNewRequirer = widen(project.requirers, presenceBit, asker);
  let isChanged = project.size !== sizeBefore || (isNewRequirer && project.isGuarded);
  if (takesMissing) {
    for (const bit of wanted.missing) {
      if (!project.revoked.has(bit) && widen(project.missingPermits, bit, asker)) isChanged = true;
    }
  }
  for (const bit of wanted.pinnedYanked) {
    if (!project.revoked.has(bit) && widen(project.yankedPermits, bit, asker)) isChanged = true;
  }
  return isChanged && project.isInUse;
};

const isTakenByPermit = ({ project, bit, edges }: ReachedPackage): boolean => {
  const release = project.findRelease(bit);
  const wanted = edges.map(({ condition }) => project.want(condition.specifiers));
  const isYankedUnpinned =
    release?.isYanked === true &&
    project.yankedPermits.get(bit) !== 'anyone' &&
    !wanted.some(({ pinnedYanked }) => pinnedYanked.includes(bit));
  return (
    isYankedUnpinned ||
    (release?.missing !== null &&
      project.missing !== 'open' &&
      project.missingPermits.get(bit) !== 'anyone' &&
      !wanted.some(({ missing }) => missing.includes(bit)))
  );
};

/**
 * A permit holds for those who asked. Where none of them is needed in the solution (it came in only as the holder of
 * the permit), the search must begin anew: true. Such holders come in only where they are required from now on; if
 * that does not help, nobody has the permit any more.
 */
export const revokeUnusedPermits = (
  reached: ReadonlyMap<SolverProject, ReachedPackage>,
  decided: Iterable<SolverProject>,
): boolean => {
  const misused = [...reached.values()].filter(isTakenByPermit);
  if (misused.length === 0) return false;
  const probing = misused.filter(({ project }) => project.yanked === 'probing');
  for (const { project } of probing) project.yanked = 'probed';
  if (probing.length > 0) return true;
  const unneeded = [...decided].filter((project) => !reached.has(project) && !project.isGuarded);
  for (const project of unneeded) project.isGuarded = true;
  if (unneeded.length > 0) return true;
  for (const { project, bit } of misused) {
    project.yankedPermits.delete(bit);
    project.missingPermits.delete(bit);
    project.revoked.add(bit);
  }
  return true;
};
