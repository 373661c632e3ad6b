import { Button } from '@mantine/core';
import { Panel, ReactFlow, useReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { LivePlan } from '../use-plan.ts';
import { boxHeight, boxWidth } from './layout-graph.ts';
import { findNextBox } from './next-box.ts';
import { PackageBox } from './package-box.tsx';
import { toFlowEdges, toFlowNodes } from './to-flow.ts';
import type { Drawing } from './use-drawing.ts';
import classes from './graph.module.css';

interface Props {
  readonly live: LivePlan;
  readonly shown: ReadonlySet<string>;
  readonly drawing: Drawing;
  readonly chosenId: string | null;
  /** What stands in the middle at first. */
  readonly centre: string | null;
  /** It stands in place of a drawing that had the focus, or of a button that is gone. */
  readonly takesFocus: boolean;
  /** From what was asked for to the chosen one. */
  readonly way: readonly string[];
  readonly onChoose: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

const nodeTypes = { package: PackageBox };
/** So that a box can be hit by a finger. */
const firstZoom = { minZoom: 0.7, maxZoom: 1, padding: 0.08, duration: 0 } as const;
/** More than these do not fit at the first zoom. */
const mostAtFirst = 24;

const findBox = (place: HTMLElement | null, id: string): HTMLElement | null =>
  place?.querySelector<HTMLElement>(`[data-box="${CSS.escape(id)}"]`) ?? null;

/** The drawing itself: pan, zoom, choose, and go about by keys. */
export function GraphCanvas({
  live,
  shown,
  drawing: { places, edges },
  chosenId,
  centre,
  takesFocus,
  way,
  onChoose,
  onOpen,
}: Props): ReactElement {
  const flow = useReactFlow();
  const place = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const active = [focused, chosenId].find((id) => id !== null && shown.has(id)) ?? [...shown][0] ?? null;

  const show = useCallback(
    (id: string) => {
      const at = places.get(id);
      if (at === undefined) return;
      void flow.setCenter(at.x + boxWidth / 2, at.y + boxHeight / 2, { zoom: Math.max(flow.getZoom(), 0.7) });
    },
    [places, flow],
  );
  const onFocus = useCallback(
    (id: string, isByKeyboard: boolean) => {
      setFocused(id);
      if (isByKeyboard) show(id);
    },
    [show],
  );
  const onKey = useCallback(
    (id: string, event: KeyboardEvent) => {
      const next = findNextBox(event.key, id, places, edges);
      if (!event.key.startsWith('Arrow')) return;
      event.preventDefault();
      if (next !== null) findBox(place.current, next)?.focus();
    },
    [places, edges],
  );
  const takeFocus = (): void => {
    if (!takesFocus || active === null || document.activeElement !== document.body) return;
    const box = centre === null ? null : findBox(place.current, centre);
    (box ?? findBox(place.current, active))?.focus({ preventScroll: true });
  };
  const nodes = useMemo(
    () => toFlowNodes(live, { shown, places, chosenId, active, way }, { onChoose, onOpen, onFocus, onKey }),
    [live, shown, places, chosenId, active, way, onChoose, onOpen, onFocus, onKey],
  );
  const lines = useMemo(() => toFlowEdges(edges, live.critical, way), [edges, live.critical, way]);
  // Of many, the one that matters most.
  const [most] = shown;
  const middle = centre !== null && shown.has(centre) ? centre : most;
  const atFirst = shown.size > mostAtFirst && middle !== undefined ? [middle] : [...shown];

  return (
    <div ref={place} className={classes.canvas}>
      <ReactFlow
        aria-label="Graph of the plan"
        aria-describedby="graph-words"
        nodes={nodes}
        edges={lines}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        minZoom={0.05}
        maxZoom={1.5}
        preventScrolling={false}
        zoomOnScroll={false}
        onInit={takeFocus}
        fitView
        fitViewOptions={{ ...firstZoom, nodes: atFirst.map((id) => ({ id })) }}
      >
        <Panel position="top-right" className={classes.zoom ?? ''}>
          <Button size="compact-sm" variant="default" onClick={() => void flow.zoomIn()}>
            Zoom in
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => void flow.zoomOut()}>
            Zoom out
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => void flow.fitView({ padding: 0.05 })}>
            Fit
          </Button>
        </Panel>
      </ReactFlow>
    </div>
  );
}
