import {
  compareVersions,
  findPin,
  findVersion,
  isPrerelease,
  matchesSpecifier,
  PackagingError,
  parseRequirement,
  type Requirement,
} from '@ironwheel/packaging';
import { solve } from '../solving/solve.ts';
import { SolverLimitError } from '../solving/solver-error.ts';
import {
  type Missing,
  type SolvedPackage,
  type SolveOutcome,
  type SolveRequest,
} from '../solving/solver-types.ts';
import { type Fallbacks } from './fallback-latest.ts';
import { type PlanRelease } from './judge-release.ts';
import { type PlanContext } from './plan-context.ts';
import { PlanUnresolvableError } from './plan-error.ts';
import { GraphNode, type NodeRole, type PlanGraph } from './plan-graph.ts';
import { type PlanProvider } from './plan-provider.ts';
import { type ReleaseCatalogue } from './release-catalogue.ts';
import { type Wish } from './wish.ts';

/**
 * Runs the solver; a bound that is reached becomes the plan's problem. Where nothing fits without a release that its own
 * metadata keep from the target, that one is planned as missing, as when the index had said so.
 */
export const solveWithin = async (
  request: SolveRequest<PlanRelease> & { readonly provider: PlanProvider },
): Promise<SolveOutcome<PlanRelease>> => {
  try {
    for (;;) {
      const outcome = await solve(request);
      if (outcome.kind === 'solved' || !request.provider.acceptRefusals()) return outcome;
    }
  } catch (error) {
    if (!(error instanceof SolverLimitError)) throw error;
    const text = `${error.message} Ask for less, bound versions by constraints, or raise the limit.`;
    throw new PlanUnresolvableError([{ code: 'limit', name: null, text }], { cause: error });
  }
};

/** All that is asked of a package, as far as it can be read from the solution. */
const listAsked = (one: SolvedPackage<PlanRelease>, wishes: readonly Wish[]): Requirement[] => {
  const requirements = wishes.map(({ requirement }) => requirement);
  for (const { text, parent } of one.requiredBy) {
    if (parent === null) continue;
    try {
      requirements.push(parseRequirement(text));
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
    }
  }
  return requirements;
};

interface Outcome {
  /** Undefined: nothing tells it. */
  readonly version: string | undefined;
  readonly planned: PlanRelease | null;
  readonly missing: Missing | null;
}

/** A package of which no release was taken: the yanked one that would do, or the version that somebody pins. */
const findWanted = async (
  one: SolvedPackage<PlanRelease>,
  wishes: readonly Wish[],
  provider: PlanProvider,
): Promise<Outcome> => {
  const asked = listAsked(one, wishes);
  const releases = await provider.listReleases(one.name);
  const yanked = releases
    .filter(
      ({ isYanked, version }) =>
        isYanked &&
        asked.every(({ specifiers }) => matchesSpecifier(version, specifiers, { prereleases: true })),
    )
    .sort((left, right) => compareVersions(right.version, left.version))[0];
  if (one.missing?.code === 'yanked' && yanked !== undefined) {
    const why = [...yanked.release.wheels, ...yanked.release.sdists].find(
      (file) => file.yanked !== '',
    )?.yanked;
    const { text } = yanked.version;
    const reason = typeof why === 'string' ? ` (${why})` : '';
    const missing: Missing = {
      code: 'yanked',
      text: `${text} was yanked${reason}; name it with == to take it all the same. ${one.missing.text}`,
    };
    return { version: text, planned: yanked, missing };
  }
  for (const { specifiers } of asked) {
    const pin = findPin(specifiers);
    const version = pin === undefined ? undefined : findVersion(pin.text);
    if (version !== undefined) return { version: version.text, planned: null, missing: one.missing };
  }
  return { version: undefined, planned: null, missing: one.missing };
};

const findOutcome = async (
  one: SolvedPackage<PlanRelease>,
  wishes: readonly Wish[],
  provider: PlanProvider,
  catalogue: ReleaseCatalogue,
): Promise<Outcome> => {
  const { release, missing } = one;
  // That no index knows the project says more than that nothing of it serves.
  const absence = catalogue.findAbsence(one.name);
  if (release !== null) {
    const told = missing?.code === 'no_sdist' ? (absence ?? missing) : missing;
    return { version: release.version.text, planned: release, missing: told };
  }
  const wanted = await findWanted(one, wishes, provider);
  return { ...wanted, missing: absence ?? wanted.missing };
};

export interface SolvedSet {
  readonly packages: readonly SolvedPackage<PlanRelease>[];
  readonly role: NodeRole;
  /** Whose words ask for a root: labels, or what is to be built. */
  readonly describeRoot: (text: string) => string;
  /** The user's lines, by name. */
  readonly wishes: ReadonlyMap<string, readonly Wish[]>;
}

const nameParent = (name: string, { packages }: SolvedSet): string => {
  const release = packages.find((one) => one.name === name)?.release ?? null;
  return release === null ? name : `${name} ${release.version.text}`;
};

/** Adds a solution to the graph; returns its nodes by name. */
export const addSolution = async (
  graph: PlanGraph,
  context: PlanContext,
  provider: PlanProvider,
  solved: SolvedSet,
): Promise<Map<string, GraphNode>> => {
  const nodes = new Map<string, GraphNode>();
  for (const one of solved.packages) {
    const wishes = solved.wishes.get(one.name) ?? [];
    const { version, planned, missing } = await findOutcome(one, wishes, provider, context.catalogue);
    if (version !== undefined) {
      nodes.set(one.name, graph.getOrAdd(new GraphNode(one.name, version, planned, missing)));
    } else if (missing !== null) {
      const requestedBy = one.requiredBy.map(({ text, parent }) =>
        parent === null ? solved.describeRoot(text) : `${text} (${nameParent(parent, solved)})`,
      );
      graph.unknown.push({ name: one.name, missing, requestedBy });
    }
  }
  for (const { name, extras, requiredBy } of solved.packages) {
    const node = nodes.get(name);
    if (node === undefined) continue;
    node.roles.add(solved.role);
    for (const extra of extras) node.extras.add(extra);
    for (const { parent, text } of requiredBy) {
      const asker = parent === null ? undefined : nodes.get(parent);
      asker?.addEdge(node, 'install');
      if (parent === null) node.requestedBy.add(solved.describeRoot(text));
      else if (asker !== undefined) node.requestedBy.add(`${text} (${asker.name} ${asker.version})`);
    }
  }
  return nodes;
};

/** Versions that somebody may miss: newer, wanted, and not to be had. */
const listPassedOver = (
  chosen: PlanRelease,
  releases: readonly PlanRelease[],
  wishes: readonly Wish[],
): string[] =>
  releases
    .filter(
      ({ version }) =>
        compareVersions(version, chosen.version) > 0 &&
        (!isPrerelease(version) || isPrerelease(chosen.version)) &&
        wishes.every(({ requirement }) =>
          matchesSpecifier(version, requirement.specifiers, { prereleases: true }),
        ),
    )
    .sort((left, right) => compareVersions(right.version, left.version))
    .slice(0, 20)
    .filter(({ missing }) => missing !== null)
    .slice(0, 3)
    .map(({ version }) => version.text);

const noteChoice = async (
  node: GraphNode,
  provider: PlanProvider,
  wishes: readonly Wish[],
  fallback: string | undefined,
): Promise<void> => {
  if (fallback !== undefined) node.notes.push(fallback);
  if (node.planned === null || node.missing !== null) return;
  const passed = listPassedOver(node.planned, await provider.listReleases(node.name), wishes);
  if (passed.length > 0) node.notes.push(`Newer, but not to be had for the target: ${passed.join(', ')}.`);
};

/** Solves what the user asks for and adds it to the graph. Returns notes for people. Throws `PlanUnresolvableError`. */
export const planInstall = async (
  context: PlanContext,
  graph: PlanGraph,
  provider: PlanProvider,
  { wishes, preferred, texts }: Fallbacks,
): Promise<readonly string[]> => {
  const { request, limits } = context;
  const outcome = await solveWithin({
    roots: wishes.roots,
    constraints: wishes.constraints,
    overrides: wishes.overrides,
    excludes: wishes.excludes,
    target: request.target,
    provider,
    preference: request.strategy === 'lowest' ? 'lowest' : 'newest',
    preferred,
    allowsPrereleases: request.allowsPrereleases ?? false,
    missingPolicy: request.missingPolicy ?? 'report',
    limits,
    noDeps: request.noDeps ?? false,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ...(request.breathe === undefined ? {} : { breathe: request.breathe }),
  });
  if (outcome.kind === 'conflict') {
    const { summary, steps, packages } = outcome.conflict;
    throw new PlanUnresolvableError([{ code: 'conflict', name: packages[0] ?? null, text: summary, steps }]);
  }
  const nameOf = ({ requirement }: Wish): string => requirement.normalizedName;
  const byName = Map.groupBy([...wishes.roots, ...wishes.constraints], nameOf);
  const nodes = await addSolution(graph, context, provider, {
    packages: outcome.packages,
    role: 'install',
    describeRoot: (text) => text,
    wishes: byName,
  });
  for (const { label, requirement, isDirect } of wishes.roots) {
    const node = nodes.get(requirement.normalizedName);
    if (isDirect) node?.rootLabels.add(label);
    else node?.listedLabels.add(label);
  }
  for (const wish of wishes.constraints) nodes.get(nameOf(wish))?.requestedBy.add(wish.label);
  await Promise.all(
    [...nodes].map(([name, node]) => noteChoice(node, provider, byName.get(name) ?? [], texts.get(name))),
  );
  return outcome.notes;
};
