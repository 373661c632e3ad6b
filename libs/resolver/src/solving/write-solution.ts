import { isPrerelease } from '@ironwheel/packaging';
import { describeUnmet } from './describe-missing.ts';
import { type ReleaseCatalog } from './release-catalog.ts';
import { type SolverProject } from './solver-project.ts';
import { type Missing, type SolvedPackage, type SolveOutcome, type SolverRelease } from './solver-types.ts';
import { type ActiveEdge, type ReachedPackage } from './walk-solution.ts';

const compareNames = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const compareEdges = ({ edge: left }: ActiveEdge, { edge: right }: ActiveEdge): number => {
  if (left.parent === null || right.parent === null) {
    return (left.parent === null ? 0 : 1) - (right.parent === null ? 0 : 1);
  }
  return compareNames(left.parent, right.parent);
};

const nameOf = (project: SolverProject, reached: ReadonlyMap<SolverProject, ReachedPackage>): string => {
  const bit = reached.get(project)?.bit ?? 0;
  const version = project.findRelease(bit)?.version.text;
  return version === undefined ? project.name : `${project.name} ${version}`;
};

/** Of a version that nobody has. */
const describePhantom = (
  one: ReachedPackage,
  reached: ReadonlyMap<SolverProject, ReachedPackage>,
): Missing => {
  const unmet =
    one.edges.find(({ condition }) => one.project.want(condition.specifiers).isUnmet) ?? one.edges[0];
  if (unmet === undefined) throw new Error(`Nobody wants ${one.project.name}, which the solution holds.`);
  const who = unmet.parent === null ? 'You ask for' : `${nameOf(unmet.parent, reached)} requires`;
  return describeUnmet(one.project, unmet.condition.specifiers, who, unmet.edge.text);
};

const listNotes = <R extends SolverRelease>(
  catalog: ReleaseCatalog<R>,
  one: ReachedPackage,
  label: string,
): string[] => {
  const notes: string[] = [];
  const release = catalog.findRelease(one.project, one.bit);
  const needs = release === undefined ? undefined : catalog.findNeeds(release);
  if (release === undefined || needs === undefined) return [];
  const provided = new Set(needs.providesExtra);
  for (const extra of [...one.extras].sort(compareNames)) {
    if (!provided.has(extra)) notes.push(`${label} has no extra "${extra}"; nothing comes of asking for it.`);
  }
  if (one.project.prereleases === 'last-resort' && isPrerelease(release.version)) {
    notes.push(`${label} is a pre-release, taken because no final release fits.`);
  }
  if (one.project.unknown === 'last-resort' && one.project.escapes.has(one.bit)) {
    notes.push(`${label} is taken although nobody knows what it depends on, because nothing else fits.`);
  }
  return notes;
};

/** The solution in the form of the request, in an order that depends on nothing but the solution. */
export const writeSolution = <R extends SolverRelease>(
  catalog: ReleaseCatalog<R>,
  reached: ReadonlyMap<SolverProject, ReachedPackage>,
): SolveOutcome<R> => {
  const sorted = [...reached.values()].sort((left, right) =>
    compareNames(left.project.name, right.project.name),
  );
  const packages = sorted.map((one): SolvedPackage<R> => {
    const release = catalog.findRelease(one.project, one.bit) ?? null;
    return {
      name: one.project.name,
      release,
      missing: release === null ? describePhantom(one, reached) : release.missing,
      extras: [...one.extras].sort(compareNames),
      requiredBy: [...one.edges].sort(compareEdges).map(({ edge }) => edge),
    };
  });
  const notes = sorted.flatMap((one) => listNotes(catalog, one, nameOf(one.project, reached)));
  return { kind: 'solved', packages, notes };
};
