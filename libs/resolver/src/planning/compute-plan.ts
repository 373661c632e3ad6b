import { type PlanDocument } from '@ironwheel/contracts';
import { findBuildCircles, toCircleProblem } from './build-circles.ts';
import { fallBackToLatest, type Fallbacks } from './fallback-latest.ts';
import { planBuilds } from './plan-builds.ts';
import { createPlanContext, type PlanContext } from './plan-context.ts';
import { PlanUnresolvableError, type PlanProblem } from './plan-error.ts';
import { PlanGraph, type GraphNode } from './plan-graph.ts';
import { planInstall } from './plan-install.ts';
import { defaultPlanLimits, type PlanRequest } from './plan-request.ts';
import { checkStatedRequirements } from './read-needs.ts';
import { toDocument, type PlannedGraph } from './to-document.ts';
import { collectWishes, type Wishes } from './wish.ts';

const checkWishes = (wishes: Wishes, request: PlanRequest): void => {
  const { problems, packages } = wishes;
  const { requirements, sourceFiles = [], locked = [] } = request;
  const stated = checkStatedRequirements(packages).map(({ name, text }): PlanProblem => ({
    code: 'override_invalid',
    name,
    text,
  }));
  const nothing: PlanProblem = {
    code: 'no_input',
    name: null,
    text: 'There is nothing to plan: give requirements or a lock, or hand in wheels or sdists.',
  };
  const isEmpty = requirements.length + sourceFiles.length + locked.length === 0;
  // Told before an index is asked about any of them.
  const asked = new Set(wishes.roots.map(({ requirement }) => requirement.normalizedName)).size;
  const { maxPackages } = { ...defaultPlanLimits, ...request.limits };
  const tooMany: PlanProblem = {
    code: 'limit',
    name: null,
    text: `${asked} packages are asked for, and the limit maxPackages is ${maxPackages}. Ask for less, or raise the limit.`,
  };
  const all = [
    ...problems,
    ...stated,
    ...(isEmpty ? [nothing] : []),
    ...(asked > maxPackages ? [tooMany] : []),
  ];
  if (all.length > 0) throw new PlanUnresolvableError(all);
};

type SolvedGraph = Omit<PlannedGraph, 'brokenCircles'>;

const planGraph = async (context: PlanContext): Promise<SolvedGraph> => {
  const { request, wishes } = context;
  const graph = new PlanGraph();
  const provider = context.createProvider(context.findInstallRules, request.noDeps !== true, 'install');
  const none: Fallbacks = { wishes, preferred: new Map(), texts: new Map() };
  const fallbacks = request.fallbackLatest === true ? await fallBackToLatest(wishes, provider) : none;
  const notes = [...(await planInstall(context, graph, provider, fallbacks))];
  if (request.planBuilds !== false) notes.push(...(await planBuilds(context, graph)));
  return { graph, notes };
};

/** Circles that would be there, were it not for `only_binary`. */
const findBrokenCircles = async (
  request: PlanRequest,
  wishes: Wishes,
  context: PlanContext,
): Promise<GraphNode[][]> => {
  const isNamed = (name: string): boolean => !context.findBinaryRule(name).mayBuild;
  if ((request.onlyBinary ?? []).length === 0 || request.planBuilds === false) return [];
  const open = createPlanContext({ ...request, onlyBinary: [] }, wishes, context.catalogue);
  try {
    const { graph } = await planGraph(open);
    return findBuildCircles(graph).filter((circle) => circle.some(({ name }) => isNamed(name)));
  } catch (error) {
    // Without that choice there may be no plan at all, and so no circle to tell of.
    if (error instanceof PlanUnresolvableError) return [];
    throw error;
  }
};

/**
 * Plans everything that is asked for and all it depends on, for the target: which version (PEP 440), and whether its
 * wheel is reused, built, or missing. Markers, tags and Requires-Python are the target's, never those of the machine
 * that plans. What cannot be had is a `missing` node, not a failure. Throws `PlanUnresolvableError` with every
 * contradiction, and the index's `IndexUnreachableError`; then nothing is planned.
 */
export const computePlan = async (request: PlanRequest): Promise<PlanDocument> => {
  const wishes = collectWishes(request);
  checkWishes(wishes, request);
  const context = createPlanContext(request, wishes);
  const solved = await planGraph(context);
  const circles = findBuildCircles(solved.graph);
  if (circles.length > 0) throw new PlanUnresolvableError(circles.map(toCircleProblem));
  const brokenCircles = await findBrokenCircles(request, wishes, context);
  return toDocument(context, { ...solved, brokenCircles });
};
