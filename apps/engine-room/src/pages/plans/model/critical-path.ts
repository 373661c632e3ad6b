import { isOpen, type NodeStates } from './node-state.ts';
import type { GraphNode, PlanGraph } from './plan-graph.ts';

interface Chain {
  /** Builds on it that are not done. */
  readonly builds: number;
  readonly id: string;
  readonly rest: Chain | null;
}

/**
 * The longest chain of builds that wait for one another: a build waits for its build requirements, and for what these need to
 * be installed. From the one that comes last to the one that can begin; ready packages between them stand in it as well. Empty
 * where no build waits for another.
 */
export function findCriticalPath({ components }: PlanGraph, states: NodeStates): readonly string[] {
  /** The longest chain that has to be over before the package can be used. */
  const chainOf = new Map<string, Chain>();
  let longest: Chain | null = null;
  // What is needed comes first.
  for (const members of components) {
    const inside = new Set(members.map(({ id }) => id));
    const own = members.map((one) => toOwnChain(one, inside, chainOf, states));
    let best = own.reduce(longer, null);
    for (const one of members) {
      const beneath = findLongest(one, 'install', inside, chainOf);
      if (beneath !== null && beneath.builds > (best?.builds ?? 0))
        best = { builds: beneath.builds, id: one.id, rest: beneath };
    }
    if (best !== null) for (const { id } of members) chainOf.set(id, best);
    longest = own.reduce(longer, longest);
  }
  if (longest === null || longest.builds < 2) return [];
  const path: string[] = [];
  for (let at: Chain | null = longest; at !== null; at = at.rest) path.push(at.id);
  return path;
}

const longer = (left: Chain | null, right: Chain | null): Chain | null =>
  (right?.builds ?? 0) > (left?.builds ?? 0) ? right : left;

function toOwnChain(
  one: GraphNode,
  inside: ReadonlySet<string>,
  chainOf: ReadonlyMap<string, Chain>,
  states: NodeStates,
): Chain | null {
  if (one.node.verdict !== 'build' || !isOpen(states, one.id)) return null;
  const rest = findLongest(one, 'build', inside, chainOf);
  return { builds: (rest?.builds ?? 0) + 1, id: one.id, rest };
}

function findLongest(
  { needs }: GraphNode,
  what: 'install' | 'build',
  inside: ReadonlySet<string>,
  chainOf: ReadonlyMap<string, Chain>,
): Chain | null {
  let best: Chain | null = null;
  for (const { id, kind } of needs) {
    if ((kind === 'install') !== (what === 'install') || inside.has(id)) continue;
    best = longer(best, chainOf.get(id) ?? null);
  }
  return best;
}
