import { Anchor, Text } from '@mantine/core';
import { ReactFlowProvider } from '@xyflow/react';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, useState, type ReactElement } from 'react';
import { FilterLinks } from '../../../parts/filter-links.tsx';
import { findWay } from '../model/find-way.ts';
import { isOpen } from '../model/node-state.ts';
import type { LivePlan } from '../use-plan.ts';
import { GraphCanvas } from './graph-canvas.tsx';
import { GraphLegend } from './graph-legend.tsx';
import { GraphNews } from './graph-news.tsx';
import { useDrawing } from './use-drawing.ts';
import { useShown } from './use-shown.ts';

interface Props {
  readonly live: LivePlan;
  readonly chosenId: string | null;
  readonly onChoose: (id: string | null) => void;
}

interface Search {
  readonly scope?: string;
  /** Id of the package around which is looked. */
  readonly focus?: string;
}

const noneOpened: ReadonlySet<string> = new Set();

/** The plan as a graph in layers. What is done is folded, so that what holds it up is seen. */
export default function GraphView({ live, chosenId, onChoose }: Props): ReactElement {
  const { graph, states } = live;
  const { scope: askedScope, focus: askedFocus = '' }: Search = useSearch({ strict: false });
  const scope = askedScope === 'all' ? 'all' : 'left';
  const focus = graph.byId.has(askedFocus) ? askedFocus : null;
  const [opened, setOpened] = useState(noneOpened);
  const way = useMemo(() => (chosenId === null ? [] : findWay(graph, chosenId)), [graph, chosenId]);
  const [first, setFirst] = useState(way);
  const shown = useShown(live, { scope, focus, opened }, first);
  // What was chosen elsewhere is there, also where not all fit.
  if (chosenId !== null && !shown.ids.has(chosenId) && first !== way) setFirst(way);
  /** The box whose needs were unfolded last. */
  const [unfolded, setUnfolded] = useState<string | null>(null);
  const drawn = [...shown.ids].join('\n');
  const drawing = useDrawing(live, shown.ids, way);
  // Also anew when a button was pressed that then is gone: the drawing takes the focus that it had.
  const key = JSON.stringify([drawn, focus, opened.size]);
  const [firstKey] = useState(key);
  const hidden = graph.nodes.filter(({ id }) => !shown.ids.has(id));
  const folded = scope === 'all' ? 0 : hidden.filter(({ id }) => !isOpen(states, id)).length;
  return (
    <section aria-label="Graph">
      <FilterLinks
        label="Which packages the graph shows"
        name="scope"
        chosen={scope === 'all' ? 'all' : ''}
        choices={[
          { value: '', label: 'What is left' },
          { value: 'all', label: 'Done ones too' },
        ]}
      />
      <Text size="sm" mb="xs" id="graph-words">
        {shown.ids.size.toLocaleString('en')} of {graph.nodes.length.toLocaleString('en')} packages are shown
        {folded > 0 && `; ${folded.toLocaleString('en')} that are done are folded`}
        {hidden.length > folded &&
          `; ${(hidden.length - folded).toLocaleString('en')} more do not fit, look around one of them to see it`}
        {drawing.leftOut > 0 &&
          `; ${drawing.leftOut.toLocaleString('en')} lines are left out, none of the critical path or of the way to the chosen package`}
        . The{' '}
        <Anchor
          inherit
          underline="always"
          renderRoot={(props) => (
            <Link
              to="."
              search={(before: Record<string, unknown>) => ({ ...before, view: undefined })}
              {...props}
            />
          )}
        >
          list
        </Anchor>{' '}
        has all of them, and everything that stands here. Arrow keys go along the lines, Enter tells why a
        package is here.
      </Text>
      <GraphNews
        chosenId={chosenId}
        focus={focus}
        shown={shown}
        openedCount={opened.size}
        onFold={() => {
          setUnfolded(null);
          setOpened(noneOpened);
        }}
      />
      <ReactFlowProvider key={key}>
        <GraphCanvas
          live={live}
          shown={shown.ids}
          drawing={drawing}
          chosenId={chosenId}
          centre={unfolded ?? focus ?? chosenId}
          takesFocus={key !== firstKey}
          way={way}
          onChoose={onChoose}
          onOpen={(id) => {
            setUnfolded(id);
            setOpened((before) => new Set([...before, id]));
          }}
        />
      </ReactFlowProvider>
      <GraphLegend />
    </section>
  );
}
