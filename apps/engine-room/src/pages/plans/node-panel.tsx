import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactElement, Ref } from 'react';
import { Facts } from '../../parts/facts.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { findWay } from './model/find-way.ts';
import { listWaits } from './model/list-waits.ts';
import type { GraphNode } from './model/plan-graph.ts';
import { NodeJob } from './node-job.tsx';
import { NeighbourList } from './neighbour-list.tsx';
import type { LivePlan } from './use-plan.ts';
import classes from './plans.module.css';

interface Props {
  readonly live: LivePlan;
  readonly chosen: GraphNode;
  readonly ref: Ref<HTMLDivElement>;
  readonly onChoose: (id: string | null) => void;
}

/** Why a package is in the plan, who wants it, what it waits for, and where its job and its log are. */
export function NodePanel({ live, chosen, ref, onChoose }: Props): ReactElement {
  const { graph, states, held } = live;
  const { id, node } = chosen;
  const state = states.get(id);
  return (
    <div ref={ref} tabIndex={-1} className={classes.chosen}>
      <Panel
        title={`Why ${nameHidden(id.slice(0, 120))} is here`}
        aside={
          <Button size="compact-xs" variant="default" onClick={() => onChoose(null)}>
            Close
          </Button>
        }
      >
        <Stack gap="sm">
          <Group gap="md">
            {state !== undefined && <StatusBadge status={state.status} />}
            <ThingLink kind="package" id={node.name} text={`Package ${node.name}`} />
            {state !== undefined && state.jobId !== null && <NodeJob jobId={state.jobId} />}
          </Group>
          <Text size="sm">
            <SafeText text={node.reason.text} max={2000} />
          </Text>
          <Way live={live} chosen={chosen} onChoose={onChoose} />
          <Facts
            facts={[
              ['Order', chosen.order.toLocaleString('en')],
              ['Holds up', held.has(id) ? writeHeld(held.get(id) ?? 0) : null],
              [
                'File',
                node.source === undefined ? null : <SafeText key="file" text={node.source.filename} />,
              ],
              ['From', node.source?.origin ?? null],
              [
                'Needs read from',
                node.metadata === undefined ? null : (
                  <SafeText key="metadata" text={node.metadata.text ?? node.metadata.place} max={1000} />
                ),
              ],
              [
                'Requires Python',
                node.requires_python === undefined ? null : (
                  <SafeText key="python" text={node.requires_python} max={300} />
                ),
              ],
              [
                'Extras',
                node.extras === undefined || node.extras.length === 0 ? null : (
                  <SafeText key="extras" text={node.extras.join(', ')} max={1000} />
                ),
              ],
            ]}
          />
          <div className={classes.columns}>
            <AskedBy texts={node.requested_by} />
            <NeighbourList title="Needed by" neighbours={chosen.neededBy} live={live} onChoose={onChoose} />
            <NeighbourList title="Needs" neighbours={chosen.needs} live={live} onChoose={onChoose} />
            <NeighbourList
              title="Waits for"
              neighbours={listWaits(graph, states, id)}
              live={live}
              onChoose={onChoose}
            />
          </div>
        </Stack>
      </Panel>
    </div>
  );
}

const writeHeld = (count: number): string =>
  count === 1 ? 'one package' : `${count.toLocaleString('en')} packages`;

type WayProps = Pick<Props, 'live' | 'chosen' | 'onChoose'>;

/** From the words of whoever asked to the package, in steps that can be followed. */
function Way({ live: { graph }, chosen: { id, node }, onChoose }: WayProps): ReactElement | null {
  const words = node.path?.[0];
  if (words === undefined) return null;
  return (
    <ol className={classes.way} aria-label="From what was asked for to this package">
      <li>
        <SafeText text={words} max={300} />
      </li>
      {findWay(graph, id).map((step) => (
        <li key={step}>
          {step === id ? (
            <strong>
              <SafeText text={step} />
            </strong>
          ) : (
            <Anchor component="button" type="button" inherit onClick={() => onChoose(step)}>
              <SafeText text={step} />
            </Anchor>
          )}
        </li>
      ))}
    </ol>
  );
}

function AskedBy({ texts }: { readonly texts: readonly string[] }): ReactElement | null {
  if (texts.length === 0) return null;
  return (
    <div>
      <h3>Asked for by</h3>
      <ul className={classes.list}>
        {texts.slice(0, 20).map((text, index) => (
          <li key={index}>
            <SafeText text={text} max={300} />
          </li>
        ))}
        {texts.length > 20 && <li>and {(texts.length - 20).toLocaleString('en')} more</li>}
      </ul>
    </div>
  );
}
