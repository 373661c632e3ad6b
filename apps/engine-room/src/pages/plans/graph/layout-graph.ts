import { Graph, layout } from '@dagrejs/dagre';
import type { ShownEdge } from '../model/shown-edges.ts';

export const boxWidth = 236;
export const boxHeight = 52;

/** Upper left corner of a box. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * In layers from left to right: what needs something stands left of it. `ids` begin with what is needed first. Boxes are placed by the
 * lines between neighbouring layers only: lines over many layers would take the layout from moments to minutes.
 */
export function layOut(ids: readonly string[], edges: readonly ShownEdge[]): ReadonlyMap<string, Place> {
  const layerOf = findLayers(ids, edges);
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 84, ranker: 'longest-path' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { width: boxWidth, height: boxHeight });
  for (const { from, to } of edges) {
    if ((layerOf.get(from) ?? 0) - (layerOf.get(to) ?? 0) === 1) graph.setEdge(from, to);
  }
  layout(graph);
  return new Map(
    graph.nodes().map((id) => {
      const { x = 0, y = 0 } = graph.node(id) as Partial<Place>;
      return [id, { x: x - boxWidth / 2, y: y - boxHeight / 2 }];
    }),
  );
}

/** From 0, the layer of what needs nothing; of packages that need each other, who comes later needs who comes first. */
function findLayers(ids: readonly string[], edges: readonly ShownEdge[]): ReadonlyMap<string, number> {
  const edgesOf = Map.groupBy(edges, ({ from }) => from);
  const layerOf = new Map<string, number>();
  for (const id of ids) {
    const beneath = (edgesOf.get(id) ?? []).map(({ to }) => layerOf.get(to) ?? -1);
    layerOf.set(id, Math.max(-1, ...beneath) + 1);
  }
  return layerOf;
}
