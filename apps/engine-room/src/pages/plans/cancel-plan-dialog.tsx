import type { CancelImpact } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { cancelPlan } from '../../api/plan-calls.ts';
import { ConfirmAction, ImpactList } from '../../parts/confirm-action.tsx';
import type { LivePlan } from './use-plan.ts';

interface Props {
  readonly live: LivePlan;
  readonly onClose: () => void;
}

export default function CancelPlanDialog({ live: { plan }, onClose }: Props): ReactElement {
  const nameOf = new Map(plan.jobs.map(({ job_id: id, name, version }) => [id, `${name} ${version}`]));
  const names = (ids: readonly string[]): string[] => ids.map((id) => nameOf.get(id) ?? id);
  return (
    <ConfirmAction
      title="Cancel the run"
      explanation="Jobs that only this run wants are cancelled. Wheels that are built already stay."
      confirmLabel="Cancel the run"
      done="The run is cancelled."
      toCall={(reason, isDryRun) => cancelPlan(plan.run_id, reason, isDryRun)}
      renderImpact={(impact) => <Impact impact={impact} names={names} />}
      onClose={onClose}
    />
  );
}

interface ImpactProps {
  readonly impact: CancelImpact;
  readonly names: (ids: readonly string[]) => string[];
}

function Impact({ impact: { cancelled, cancelling, kept }, names }: ImpactProps): ReactElement {
  return (
    <>
      <Text size="sm" fw={600}>
        Jobs that would be cancelled
      </Text>
      <ImpactList items={names(cancelled)} none="None." />
      {cancelling.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            In the hands of a worker, which stops within 20 seconds
          </Text>
          <ImpactList items={names(cancelling)} none="" />
        </>
      )}
      {kept.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            Wanted by other runs too, and going on
          </Text>
          <ImpactList items={names(kept)} none="" />
        </>
      )}
    </>
  );
}
