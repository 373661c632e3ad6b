import type { ReactElement } from 'react';
import { Text } from '@mantine/core';
import { enqueuePlan } from '../../api/plan-calls.ts';
import { ConfirmAction, ImpactList } from '../../parts/confirm-action.tsx';
import type { LivePlan } from './use-plan.ts';

interface Props {
  readonly live: LivePlan;
  readonly onClose: () => void;
}

/** The API has no dry run of it: what a plan would do stands in it. */
export default function EnqueuePlanDialog({ live: { plan, graph, held }, onClose }: Props): ReactElement {
  const builds = graph.nodes.filter(({ node }) => node.verdict === 'build');
  const handedIn = graph.nodes.filter(
    ({ node }) => node.verdict === 'reuse' && node.source?.origin === 'input',
  ).length;
  const missing = plan.missing_requirements.length;
  return (
    <ConfirmAction
      title="Enqueue the plan"
      explanation="Each wheel that is to be built becomes a job, once; what another run wants already is shared with it."
      confirmLabel="Enqueue"
      done={`${builds.length.toLocaleString('en')} ${builds.length === 1 ? 'wheel is' : 'wheels are'} wanted.`}
      toCall={(reason, isDryRun) => (isDryRun ? null : enqueuePlan(plan.run_id, reason))}
      onClose={onClose}
    >
      <section aria-label="What it would do">
        <Text size="sm" fw={600}>
          {builds.length === 0
            ? 'Nothing has to be built; the run is done at once.'
            : `${builds.length.toLocaleString('en')} ${builds.length === 1 ? 'wheel' : 'wheels'} would be built${plan.pool === undefined ? '' : ` in the pool ${plan.pool}`}:`}
        </Text>
        {builds.length > 0 && (
          <ImpactList
            none=""
            items={builds.map(({ id }) => {
              const count = held.get(id) ?? 0;
              return count === 0 ? id : `${id}, which holds up ${count.toLocaleString('en')} others`;
            })}
          />
        )}
        {handedIn > 0 && (
          <Text size="sm">
            {handedIn === 1
              ? 'One wheel that was handed in is'
              : `${handedIn.toLocaleString('en')} wheels that were handed in are`}{' '}
            served from then on.
          </Text>
        )}
        {missing > 0 && (
          <Text size="sm">
            {missing === 1 ? 'One requirement stays' : `${missing.toLocaleString('en')} requirements stay`}{' '}
            missing.
          </Text>
        )}
      </section>
    </ConfirmAction>
  );
}
