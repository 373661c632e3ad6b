import { Graph, layout } from '@dagrejs/dagre';
import type { ShownEdge } from '../model/shown-edges.ts';

export const boxWidth = 236;
export const boxHeight = 52;

/** Upper left corner of a box. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** In layers from left to right: what needs something stands left of it. */
export function layOut(ids: Iterable<string>, edges: readonly ShownEdge[]): ReadonlyMap<string, Place> {
  const graph = new Graph();
  // The other rankers take a minute for what this does at once.
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 84, ranker: 'longest-path' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { width: boxWidth, height: boxHeight });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    graph.nodes().map((id) => {
      const { x = 0, y = 0 } = graph.node(id) as Partial<Place>;
      return [id, { x: x - boxWidth / 2, y: y - boxHeight / 2 }];
    }),
  );
}
