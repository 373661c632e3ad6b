import { isOpen, nodeStages, stageOf, type NodeStates } from './node-state.ts';
import type { GraphNode, PlanGraph } from './plan-graph.ts';

/** So many boxes can be told apart, and laid out in a moment. */
export const mostShown = 300;

export interface ShownWish {
  /** What is left: packages that are done are folded away. */
  readonly scope: 'left' | 'all';
  /** The package around which is looked; null: nowhere. */
  readonly focus: string | null;
  /** Packages whose folded needs are shown all the same. */
  readonly opened: ReadonlySet<string>;
  /** Packages that come before others where not all fit. */
  readonly first: readonly string[];
  readonly held: ReadonlyMap<string, number>;
}

/** Ids of the packages that a graph shows, `mostShown` at most; the rest is folded, or left to the list. */
export function chooseShown(graph: PlanGraph, states: NodeStates, wish: ShownWish): ReadonlySet<string> {
  const ranked = wish.focus === null ? rankAll(graph, states, wish) : rankAround(graph, states, wish.focus);
  const shown = new Set<string>();
  const add = (id: string): void => {
    if (shown.size < mostShown && graph.byId.has(id)) shown.add(id);
  };
  if (wish.focus !== null) add(wish.focus);
  wish.first.forEach(add);
  for (const id of wish.opened) {
    add(id);
    graph.byId.get(id)?.needs.forEach((need) => add(need.id));
  }
  ranked.forEach(add);
  return shown;
}

function rankAll(graph: PlanGraph, states: NodeStates, { scope, held }: ShownWish): readonly string[] {
  const rankOf = ({ id }: GraphNode): number => nodeStages.indexOf(stageOf(states, id));
  const left = graph.nodes.filter(({ id }) => isOpen(states, id));
  const candidates = scope === 'all' ? graph.nodes : left.length > 0 ? left : graph.nodes.filter(isAskedFor);
  return candidates
    .toSorted(
      (one, other) =>
        rankOf(one) - rankOf(other) ||
        (held.get(other.id) ?? 0) - (held.get(one.id) ?? 0) ||
        one.order - other.order,
    )
    .map(({ id }) => id);
}

const isAskedFor = ({ node, neededBy }: GraphNode): boolean =>
  node.path?.length === 1 || neededBy.length === 0;

/** Neighbours first, then theirs; behind what is done nobody looks further. */
function rankAround({ byId }: PlanGraph, states: NodeStates, focus: string): readonly string[] {
  const found = new Set([focus]);
  for (const id of found) {
    if (found.size >= mostShown) break;
    if (id !== focus && !isOpen(states, id)) continue;
    const one = byId.get(id);
    for (const { id: next } of [...(one?.neededBy ?? []), ...(one?.needs ?? [])]) found.add(next);
  }
  return [...found];
}
