import type { ShownEdge } from './shown-edges.ts';

/** More lines than these nobody can follow, and no browser draws in a moment. */
export const mostEdges = 700;

export const toPair = (from: string, to: string): string => `${from}\n${to}`;
/** The steps of a chain of ids. */
export const toPairs = (ids: readonly string[]): ReadonlySet<string> =>
  new Set(ids.slice(1).map((id, index) => toPair(ids[index] ?? '', id)));

/** The lines that are drawn, `mostEdges` at most: those along `chains` are always among them. */
export function chooseEdges(
  edges: readonly ShownEdge[],
  chains: readonly (readonly string[])[],
): readonly ShownEdge[] {
  if (edges.length <= mostEdges) return edges;
  const pairs = new Set(chains.flatMap((chain) => [...toPairs(chain)]));
  const isOnChain = ({ from, to }: ShownEdge): boolean => pairs.has(toPair(from, to));
  const others = edges.filter((edge) => !isOnChain(edge));
  return [...edges.filter(isOnChain), ...others].slice(0, mostEdges);
}
