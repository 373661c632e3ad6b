import { isOpen, type NodeStates } from './node-state.ts';
import type { Neighbour, PlanGraph } from './plan-graph.ts';

/** What must be there before a package can be built, and is not: its build requirements, and what these need to be installed. */
export function listWaits({ byId }: PlanGraph, states: NodeStates, id: string): readonly Neighbour[] {
  if (byId.get(id)?.node.verdict !== 'build' || !isOpen(states, id)) return [];
  const found = new Map<string, Neighbour>();
  for (const need of byId.get(id)?.needs ?? []) if (need.kind !== 'install') found.set(need.id, need);
  for (const { id: one, kind } of found.values()) {
    for (const need of byId.get(one)?.needs ?? []) {
      if (need.kind === 'install' && !found.has(need.id)) found.set(need.id, { id: need.id, kind });
    }
  }
  return [...found.values()].filter((need) => need.id !== id && isOpen(states, need.id));
}
