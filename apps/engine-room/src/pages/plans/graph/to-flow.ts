import { MarkerType, Position, type Edge } from '@xyflow/react';
import { toPair, toPairs } from '../model/choose-edges.ts';
import { listMarks } from '../model/list-marks.ts';
import { countFolded, type ShownEdge } from '../model/shown-edges.ts';
import type { LivePlan } from '../use-plan.ts';
import { boxHeight, boxWidth, type Place } from './layout-graph.ts';
import type { BoxData, BoxNode } from './package-box.tsx';
import classes from './graph.module.css';

interface Drawn {
  readonly shown: ReadonlySet<string>;
  readonly places: ReadonlyMap<string, Place>;
  readonly chosenId: string | null;
  readonly active: string | null;
  readonly way: readonly string[];
}
type Deeds = Pick<BoxData, 'onChoose' | 'onOpen' | 'onFocus' | 'onKey'>;

const size = { width: boxWidth, height: boxHeight };
const handle = (type: 'source' | 'target', position: Position, x: number) => ({
  type,
  position,
  x,
  y: boxHeight / 2,
  width: 1,
  height: 1,
});
/** Known beforehand, so that nothing is drawn twice. */
const handles = [handle('target', Position.Left, 0), handle('source', Position.Right, boxWidth)];

/** Packages as the drawing library has them. */
export function toFlowNodes(live: LivePlan, drawn: Drawn, deeds: Deeds): BoxNode[] {
  const { graph, states, critical } = live;
  const onPath = new Set(critical);
  const onWay = new Set(drawn.way);
  return [...drawn.shown].map((id): BoxNode => {
    const isCritical = onPath.has(id);
    return {
      id,
      type: 'package',
      position: drawn.places.get(id) ?? { x: 0, y: 0 },
      ...size,
      measured: size,
      handles,
      domAttributes: { 'aria-roledescription': undefined },
      data: {
        ...deeds,
        status: states.get(id)?.status ?? 'unknown',
        marks: listMarks({ isCritical, isInCircle: graph.inCircle.has(id) }),
        isCritical,
        isChosen: id === drawn.chosenId,
        isOnWay: onWay.has(id),
        isActive: id === drawn.active,
        folded: countFolded(graph, drawn.shown, id),
      },
    };
  });
}

/** Lines as the drawing library has them; told apart by their form. */
export function toFlowEdges(
  edges: readonly ShownEdge[],
  critical: readonly string[],
  way: readonly string[],
): Edge[] {
  const onPath = toPairs(critical);
  const onWay = toPairs(way);
  return edges.map(({ from, to, kind, isOver }) => {
    const pair = toPair(from, to);
    const marks = [
      isOver ? classes.over : kind === 'install' ? classes.install : classes.build,
      onPath.has(pair) ? classes.critical : '',
      onWay.has(pair) ? classes.wayLine : '',
    ];
    return {
      id: pair,
      source: from,
      target: to,
      className: marks.join(' '),
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'context-stroke' },
      ariaRole: 'presentation',
      domAttributes: { 'aria-roledescription': undefined, 'aria-hidden': true },
    };
  });
}
