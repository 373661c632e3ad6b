import { type SolvedPackage } from '../solving/solver-types.ts';
import { type PlanRelease } from './judge-release.ts';
import { PlanUnresolvableError } from './plan-error.ts';
import { type PlanContext } from './plan-context.ts';
import { compareNodes, type GraphNode, type PlanGraph } from './plan-graph.ts';
import { addSolution } from './plan-install.ts';
import { readBuildRequires, type BuildRequires } from './read-build-requires.ts';
import { EnvironmentSolver, type Environment } from './solve-environment.ts';

interface PlannedBuild {
  readonly node: GraphNode;
  readonly requires: BuildRequires;
  readonly environment: Environment;
}

const tooMany = (text: string): PlanUnresolvableError =>
  new PlanUnresolvableError([{ code: 'limit', name: null, text }]);

/**
 * Of what a build needs, that which the plan can speak of. With no index to ask, what is not at hand is not said to be
 * missing: the host that builds has an index of its own.
 */
const listSpoken = (
  packages: readonly SolvedPackage<PlanRelease>[],
  { request }: PlanContext,
): readonly SolvedPackage<PlanRelease>[] =>
  request.index === null ? packages.filter(({ release }) => release !== null) : packages;

/** Plans what builds need, and what the builds of that need in turn. */
class BuildPlanner {
  readonly notes: string[] = [];
  readonly #context: PlanContext;
  readonly #graph: PlanGraph;
  readonly #solver: EnvironmentSolver;
  readonly #planned = new Set<GraphNode>();

  constructor(context: PlanContext, graph: PlanGraph) {
    this.#context = context;
    this.#graph = graph;
    this.#solver = new EnvironmentSolver(context, graph);
  }

  async plan(): Promise<void> {
    const { maxDepth, maxPackages } = this.#context.limits;
    for (let depth = 0; ; depth++) {
      const wave = this.#graph.nodes.filter((node) => node.verdict === 'build' && !this.#planned.has(node));
      if (wave.length === 0) return;
      if (depth > maxDepth) {
        const names = wave.slice(0, 3).map(({ key }) => key);
        throw tooMany(`Build requirements stand more than ${maxDepth} builds deep, at ${names.join(', ')}.`);
      }
      // Asked all at once, added in the order of names, so that the plan does not depend on who answers first.
      const builds = await Promise.all(wave.map((node) => this.#read(node)));
      for (const build of builds.sort((left, right) => compareNodes(left.node, right.node))) {
        await this.#add(build);
      }
      if (this.#graph.size > maxPackages) {
        throw tooMany(`With what its builds need, the plan has more than ${maxPackages} packages.`);
      }
    }
  }

  async #read(node: GraphNode): Promise<PlannedBuild> {
    const requires = await readBuildRequires(node, this.#context);
    const wanted = requires.requirements.map(({ requirement }) => requirement);
    return { node, requires, environment: await this.#solver.solve(wanted) };
  }

  async #add({ node, requires, environment }: PlannedBuild): Promise<void> {
    this.#planned.add(node);
    if (requires.note !== null) this.notes.push(requires.note);
    if (environment.kind === 'conflict') {
      const text = `Its build requirements contradict each other: ${environment.conflict.summary} State build_requires for the package to mend them.`;
      node.fail({ code: 'no_matching_version', text });
      return;
    }
    this.notes.push(...environment.notes.map((note) => `To build ${node.key}: ${note}`));
    const nodes = await addSolution(this.#graph, this.#context, environment.provider, {
      packages: listSpoken(environment.packages, this.#context),
      role: 'build',
      describeRoot: (text) => `${text} (to build ${node.key})`,
      wishes: new Map(),
    });
    for (const { requirement, kind } of requires.requirements) {
      const needed = nodes.get(requirement.normalizedName);
      if (needed !== undefined) node.addEdge(needed, kind);
    }
  }
}

/**
 * Adds the build environments of everything to build. A build requirement that cannot be had is a `missing` node; what
 * needs it stays `build`, for a wheel of it may be there when its turn comes. Returns notes for people.
 */
export const planBuilds = async (context: PlanContext, graph: PlanGraph): Promise<readonly string[]> => {
  const planner = new BuildPlanner(context, graph);
  await planner.plan();
  return planner.notes;
};
