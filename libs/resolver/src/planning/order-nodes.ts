import { findComponents } from '@ironwheel/contracts';
import { compareNodes, type GraphNode } from './plan-graph.ts';

/**
 * What is needed first; among what could come next, by name. Members of a circle of install needs, which are legal,
 * stand together.
 */
export const orderNodes = (nodes: readonly GraphNode[]): GraphNode[] => {
  const sorted = [...nodes].sort(compareNodes);
  const listNeeds = (node: GraphNode): GraphNode[] => node.edges.map(({ to }) => to);
  const components = findComponents(sorted, listNeeds).map((members) => members.sort(compareNodes));
  const componentOf = new Map(
    components.flatMap((members) => members.map((node) => [node, members] as const)),
  );
  const waiting = new Map<GraphNode[], number>();
  const neededBy = new Map<GraphNode[], Set<GraphNode[]>>();
  for (const members of components) {
    const needs = new Set(members.flatMap(listNeeds).map((node) => componentOf.get(node) ?? members));
    needs.delete(members);
    waiting.set(members, needs.size);
    for (const need of needs) {
      const dependants = neededBy.get(need) ?? new Set();
      neededBy.set(need, dependants.add(members));
    }
  }
  const ready = new ReadyList();
  for (const members of components) if (waiting.get(members) === 0) ready.add(members);
  const ordered: GraphNode[] = [];
  for (let members = ready.take(); members !== undefined; members = ready.take()) {
    ordered.push(...members);
    for (const dependant of neededBy.get(members) ?? []) {
      const left = (waiting.get(dependant) ?? 0) - 1;
      waiting.set(dependant, left);
      if (left === 0) ready.add(dependant);
    }
  }
  return ordered;
};

/** Components by the name of their first member. */
class ReadyList {
  readonly #items: GraphNode[][] = [];

  add(members: GraphNode[]): void {
    const [first] = members;
    if (first === undefined) return;
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [other] = this.#items[middle] ?? [];
      // Last comes the one that is next, so that taking it moves nothing.
      if (other !== undefined && compareNodes(other, first) > 0) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, members);
  }

  take(): GraphNode[] | undefined {
    return this.#items.pop();
  }
}
