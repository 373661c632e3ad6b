import { type ReleaseCatalog } from './release-catalog.ts';
import { type SolverProject } from './solver-project.ts';
import { type SolveRequest, type SolverRelease } from './solver-types.ts';
import { hasBit, intersect } from './version-set.ts';
import { type ReachedPackage } from './walk-solution.ts';

/** The release that would be chosen were it for those alone who ask for the project in the solution. */
const findBestAccepted = <R extends SolverRelease>(
  { project, edges }: ReachedPackage,
  request: SolveRequest<R>,
  catalog: ReleaseCatalog<R>,
): number | undefined => {
  const wanted = edges.map(({ condition }) => project.want(condition.specifiers));
  const constraints = request.constraints.filter(
    ({ requirement }) => requirement.normalizedName === project.name && requirement.url === undefined,
  );
  const accepted = [
    ...wanted.map(({ set }) => set),
    ...constraints.map(({ requirement }) => project.match(requirement.specifiers)),
  ].reduce(intersect);
  const pinned = new Set(wanted.flatMap(({ pinnedYanked }) => pinnedYanked));
  return project.order(request.preference, request.preferred.get(project.name)).find((bit) => {
    const release = catalog.findRelease(project, bit);
    return (
      release !== undefined &&
      hasBit(accepted, bit) &&
      release.missing === null &&
      (!release.isYanked || pinned.has(bit)) &&
      (catalog.findNeeds(release)?.refusal ?? null) === null
    );
  });
};

/**
 * Whether a release of unknown needs is a way out is judged where a search stands. Who asks for it may be found later:
 * what is then the best that all accept is free from now on, and the search begins anew (true). Where it turns out to be
 * a way out after all, it is left out for good.
 */
export const reviewEscapes = <R extends SolverRelease>(
  reached: ReadonlyMap<SolverProject, ReachedPackage>,
  request: SolveRequest<R>,
  catalog: ReleaseCatalog<R>,
): boolean => {
  let isChanged = false;
  for (const one of reached.values()) {
    const { project, bit } = one;
    const { escapes, freed } = project;
    if (project.unknown !== 'closed' || escapes.size === 0) continue;
    const best = findBestAccepted(one, request, catalog);
    if (freed.get(bit) === 'free' && best !== bit) {
      freed.set(bit, 'never');
      isChanged = true;
    } else if (best !== undefined && escapes.has(best) && !freed.has(best)) {
      freed.set(best, 'free');
      isChanged = true;
    }
  }
  return isChanged;
};
