import { useMemo } from 'react';
import { chooseEdges } from '../model/choose-edges.ts';
import { listShownEdges, type ShownEdge } from '../model/shown-edges.ts';
import type { LivePlan } from '../use-plan.ts';
import { layOut, type Place } from './layout-graph.ts';

export interface Drawing {
  readonly places: ReadonlyMap<string, Place>;
  readonly edges: readonly ShownEdge[];
  /** Lines that are not drawn, since nobody could follow so many. */
  readonly leftOut: number;
}

/** Where the boxes stand, by all lines between them, and which of the lines are drawn. */
export function useDrawing(
  { graph, critical }: LivePlan,
  shown: ReadonlySet<string>,
  way: readonly string[],
): Drawing {
  const { all, places } = useMemo(() => {
    const lines = listShownEdges(graph, shown);
    const inOrder = graph.nodes.filter(({ id }) => shown.has(id)).map(({ id }) => id);
    return { all: lines, places: layOut(inOrder, lines) };
  }, [graph, shown]);
  return useMemo(() => {
    const edges = chooseEdges(all, [critical, way]);
    return { places, edges, leftOut: all.length - edges.length };
  }, [all, places, critical, way]);
}
