import { compareVersions, evaluateMarker, matchesSpecifier, type Requirement } from '@ironwheel/packaging';
import { type SolveRequest } from '../solver-types.ts';
import { type TestRelease } from './universe.ts';

/** Chosen release of each project. */
export type Choice = ReadonlyMap<string, TestRelease>;

interface Demand {
  readonly requirement: Requirement;
}

/**
 * What an assignment of releases demands, followed from the roots by the text of the standards alone; undefined when a
 * demanded project is not assigned.
 */
const followDemands = (
  request: SolveRequest<TestRelease>,
  choice: Choice,
): { demands: Demand[]; open: string | undefined; reached: Set<string> } => {
  const demands: Demand[] = [];
  const extras = new Map<string, Set<string>>();
  let isGrowing = true;
  let open: string | undefined;
  while (isGrowing) {
    isGrowing = false;
    demands.length = 0;
    open = undefined;
    const follow = (requirement: Requirement): void => {
      demands.push({ requirement });
      const name = requirement.normalizedName;
      const known = extras.get(name) ?? new Set<string>();
      if (!extras.has(name)) isGrowing = true;
      for (const extra of requirement.extras) {
        if (!known.has(extra)) isGrowing = true;
        known.add(extra);
      }
      extras.set(name, known);
      if (!choice.has(name)) open ??= name;
    };
    for (const { requirement } of request.roots) follow(requirement);
    for (const [name, asked] of [...extras]) {
      for (const requirement of choice.get(name)?.needs.requirements ?? []) {
        const { marker } = requirement;
        if (marker === undefined || evaluateMarker(marker, request.target.markers, { extras: asked })) {
          follow(requirement);
        }
      }
    }
  }
  return { demands, open, reached: new Set(extras.keys()) };
};

const isMet = ({ requirement }: Demand, choice: Choice): boolean => {
  const release = choice.get(requirement.normalizedName);
  return (
    release === undefined || matchesSpecifier(release.version, requirement.specifiers, { prereleases: true })
  );
};

const isPinned = (name: string, demands: readonly Demand[]): boolean =>
  demands.some(
    ({ requirement }) =>
      requirement.normalizedName === name &&
      requirement.specifiers.specifiers.some(
        (one) => one.operator === '===' || (one.operator === '==' && !one.isPrefix),
      ),
  );

/** Why an assignment is no solution; undefined: it is one. Pre-releases are allowed: they are a matter of preference. */
export const findFault = (request: SolveRequest<TestRelease>, choice: Choice): string | undefined => {
  const { demands, open, reached } = followDemands(request, choice);
  if (open !== undefined) return `${open} is needed and not there`;
  const unmet = demands.find((demand) => !isMet(demand, choice));
  if (unmet !== undefined) return `${unmet.requirement.text} is not met`;
  for (const [name, release] of choice) {
    if (!reached.has(name)) return `${name} is not needed`;
    if (release.needs.refusal !== null) return `${name} refuses the target`;
    if (release.isYanked && !isPinned(name, demands)) return `${name} is yanked and not pinned`;
  }
  return undefined;
};

/** A newer release than the chosen one that everybody in the solution accepts; what it needs itself does not count. */
export const findPassedOver = async (
  request: SolveRequest<TestRelease>,
  choice: Choice,
  name: string,
  listReleases: (name: string) => Promise<readonly TestRelease[]>,
): Promise<string | undefined> => {
  const chosen = choice.get(name);
  const { demands } = followDemands(request, choice);
  const newer = (await listReleases(name)).find(
    (release) =>
      chosen !== undefined &&
      compareVersions(release.version, chosen.version) > 0 &&
      release.needs.refusal === null &&
      demands.every((demand) => isMet(demand, new Map([[name, release]]))),
  );
  return newer && `${name} ${newer.version.text}`;
};

/** Tries everything that may be taken. Slow, and right by being simple. */
export const hasSolution = async (
  request: SolveRequest<TestRelease>,
  listReleases: (name: string) => Promise<readonly TestRelease[]>,
  mayTake: (release: TestRelease) => boolean = () => true,
  choice: Map<string, TestRelease> = new Map(),
): Promise<boolean> => {
  const { demands, open } = followDemands(request, choice);
  if (demands.some((demand) => !isMet(demand, choice))) return false;
  if (open === undefined) return findFault(request, choice) === undefined;
  for (const release of await listReleases(open)) {
    if (release.needs.refusal !== null || release.missing !== null || !mayTake(release)) continue;
    choice.set(open, release);
    if (await hasSolution(request, listReleases, mayTake, choice)) return true;
    choice.delete(open);
  }
  return false;
};
