import type { PlanEdge } from '@ironwheel/contracts';
import type { GraphNode, PlanGraph } from './plan-graph.ts';

export interface ShownEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: PlanEdge['kind'];
  /** Between them stand packages that are folded. */
  readonly isOver: boolean;
}

/**
 * Lines between the packages that are shown: of needs, and of ways that lead over folded packages only. Of the latter those are left
 * out that say nothing new, since there is a way over other packages that are shown.
 */
export function listShownEdges(graph: PlanGraph, shown: ReadonlySet<string>): readonly ShownEdge[] {
  const direct: ShownEdge[] = [];
  const over: ShownEdge[] = [];
  const reachOf = new Map<string, Set<string>>();
  // What is needed comes first, so that what can be reached from there is known.
  for (const one of graph.nodes) {
    if (!shown.has(one.id)) continue;
    const reach = new Set<string>();
    const draw = (edges: ShownEdge[], edge: ShownEdge): void => {
      edges.push(edge);
      reach.add(edge.to);
      for (const id of reachOf.get(edge.to) ?? []) reach.add(id);
    };
    for (const { id: to, kind } of one.needs)
      if (shown.has(to) && to !== one.id) draw(direct, { from: one.id, to, kind, isOver: false });
    for (const { to, kind } of listOver(graph, shown, one))
      if (!reach.has(to)) draw(over, { from: one.id, to, kind, isOver: true });
    reachOf.set(one.id, reach);
  }
  return [...direct, ...over];
}

/** What is reached over folded packages; what stands nearest comes first. */
function listOver(
  { byId }: PlanGraph,
  shown: ReadonlySet<string>,
  one: GraphNode,
): readonly Pick<ShownEdge, 'to' | 'kind'>[] {
  const folded = new Set(one.needs.map(({ id }) => id).filter((id) => !shown.has(id)));
  const found = new Map<string, PlanEdge['kind']>();
  for (const id of folded) {
    for (const { id: to, kind } of byId.get(id)?.needs ?? []) {
      if (!shown.has(to)) folded.add(to);
      else if (to !== one.id) found.set(to, kind);
    }
  }
  const orderOf = (id: string): number => byId.get(id)?.order ?? 0;
  return [...found]
    .map(([to, kind]) => ({ to, kind }))
    .toSorted((left, right) => orderOf(right.to) - orderOf(left.to));
}

/** How many of its needs are not shown. */
export const countFolded = ({ byId }: PlanGraph, shown: ReadonlySet<string>, id: string): number =>
  (byId.get(id)?.needs ?? []).filter((need) => !shown.has(need.id)).length;
