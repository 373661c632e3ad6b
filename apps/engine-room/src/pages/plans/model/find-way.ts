import type { GraphNode, PlanGraph } from './plan-graph.ts';

const withoutKind = (step: string): string => step.replace(/ \(build\)$/, '');

/** The packages from one that was asked for to this one, as the path of the plan has them: "why is this here". */
export function findWay({ byId }: PlanGraph, id: string): readonly string[] {
  const node = byId.get(id);
  if (node === undefined) return [];
  const steps = node.node.path ?? [];
  const ids = steps.slice(1).map(withoutKind);
  // The path names the words of the user in place of the package that they ask for.
  const second = byId.get(ids[0] ?? '');
  const first = second?.neededBy.find(({ id: other }) => isAskedBy(byId.get(other), steps[0]));
  return steps.length < 2 ? [id] : [...(first === undefined ? [] : [first.id]), ...ids];
}

const isAskedBy = (node: GraphNode | undefined, words: string | undefined): boolean =>
  node?.node.path?.length === 1 && node.node.path[0] === words;
