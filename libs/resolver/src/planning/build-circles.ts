import { findComponents } from '@ironwheel/contracts';
import { findShortestCircle } from './find-circles.ts';
import { type PlanProblem } from './plan-error.ts';
import { compareNodes, compareTexts, listBuildNeeds, type GraphNode, type PlanGraph } from './plan-graph.ts';

/** Circles among what must be built, the shortest of each knot, the first name first. */
export const findBuildCircles = (graph: PlanGraph): GraphNode[][] => {
  const builds = graph.nodes.filter(({ verdict }) => verdict === 'build');
  const needs = new Map(builds.map((node) => [node, listBuildNeeds(node)]));
  const listNeeds = (node: GraphNode): readonly GraphNode[] => needs.get(node) ?? [];
  return findComponents(builds, listNeeds)
    .map((members) => members.sort(compareNodes))
    .flatMap(([first]) => (first === undefined ? [] : [findShortestCircle(first, listNeeds)]))
    .filter((circle) => circle !== undefined)
    .map(startAtFirstName)
    .sort((left, right) => compareTexts(showCircle(left), showCircle(right)));
};

const startAtFirstName = (circle: GraphNode[]): GraphNode[] => {
  const [first] = [...circle].sort(compareNodes);
  const at = first === undefined ? 0 : circle.indexOf(first);
  return [...circle.slice(at), ...circle.slice(0, at)];
};

/** `a 1.0 → b 2.0 → a 1.0` */
const showCircle = (circle: readonly GraphNode[]): string =>
  [...circle, ...circle.slice(0, 1)].map(({ key }) => key).join(' → ');

export const toCircleProblem = (circle: readonly GraphNode[]): PlanProblem => {
  const names = [...new Set(circle.map(({ name }) => name))];
  const many = names.length === 1 ? `${names[0] ?? ''} needs itself` : 'These need each other';
  return {
    code: 'build_cycle',
    name: names[0] ?? null,
    text: `${many} to be built: ${showCircle(circle)}. Break the circle by naming ${names.join(' or ')} in only_binary, so that a ready wheel of it is used, or hand in such a wheel.`,
    steps: circle.map(
      ({ key }, at) => `${key} is built with ${circle[(at + 1) % circle.length]?.key ?? ''}.`,
    ),
  };
};
