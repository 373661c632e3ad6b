import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { Neighbour } from './model/plan-graph.ts';
import type { LivePlan } from './use-plan.ts';
import classes from './plans.module.css';

interface Props {
  readonly title: string;
  readonly neighbours: readonly Neighbour[];
  readonly live: LivePlan;
  readonly onChoose: (id: string) => void;
}

const most = 20;

/** Packages beside one, each with its state and what for. */
export function NeighbourList({ title, neighbours, live, onChoose }: Props): ReactElement | null {
  if (neighbours.length === 0) return null;
  return (
    <div>
      <h3>
        {title} ({neighbours.length.toLocaleString('en')})
      </h3>
      <ul className={classes.list}>
        {neighbours.slice(0, most).map(({ id, kind }) => (
          <li key={id}>
            <Anchor component="button" type="button" inherit onClick={() => onChoose(id)}>
              <SafeText text={id} />
            </Anchor>{' '}
            <StatusBadge status={live.states.get(id)?.status ?? 'unknown'} />
            {kind !== 'install' && ' to build it'}
          </li>
        ))}
        {neighbours.length > most && <li>and {(neighbours.length - most).toLocaleString('en')} more</li>}
      </ul>
    </div>
  );
}
