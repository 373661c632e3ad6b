import type { PlanListItem } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { listPlans } from '../../api/plan-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { DataTable } from '../../parts/data-table/index.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { useBar } from '../../session/may.ts';
import { planColumns, writeAsked } from './plan-columns.tsx';

const toId = ({ run_id: id }: PlanListItem): string => id;
const toLabel = (plan: PlanListItem): string => `Open the plan of ${nameHidden(writeAsked(plan))}`;
/** Of each, the jobs are counted: the newest are enough. */
const most = 500;

/** The plans that were made, newest first, and how far their wheels are. */
export default function PlansPage(): ReactElement {
  const navigate = useNavigate();
  const bar = useBar('operator');
  const plans = useLiveList(listPlans(), { topics: ['plans'], most, pollMs: 30_000 });
  const open = (plan: PlanListItem): void => {
    const path = findLink('run', plan.run_id);
    if (path !== null) void navigate({ to: path });
  };
  const make = (): void => void navigate({ to: '/plans/new' });
  return (
    <>
      <PageHeader
        title="Plans"
        actions={
          <ActionButton bar={bar} variant="filled" onClick={make}>
            New plan
          </ActionButton>
        }
      />
      {plans.data?.isCut === true && (
        <Text size="sm" mb="xs">
          Only the newest {most} are shown; search finds the others by the id of their run.
        </Text>
      )}
      <DataTable
        what="plans"
        columns={planColumns}
        rows={plans.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={plans}
        call={listPlans({ limit: most })}
        onOpen={open}
        whenNone={
          <Text size="sm">
            A plan says what must be built, what is reused and what is missing before anything is built.
          </Text>
        }
      />
    </>
  );
}
