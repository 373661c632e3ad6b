import { toDot } from '@ironwheel/contracts';
import { Button } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { getPlan } from '../../api/plan-calls.ts';
import { toApiPath } from '../../api/call-api.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { useBar } from '../../session/may.ts';
import { saveText } from './save-text.ts';
import type { LivePlan } from './use-plan.ts';

const EnqueuePlanDialog = lazy(() => import('./enqueue-plan-dialog.tsx'));
const CancelPlanDialog = lazy(() => import('./cancel-plan-dialog.tsx'));

const barsOfState = {
  enqueue: {
    planned: null,
    enqueued: 'It is enqueued already.',
    done: 'It is done.',
    cancelled: 'It was cancelled; make a new plan.',
  },
  cancel: {
    planned: null,
    enqueued: null,
    done: 'It is done; there is nothing left to cancel.',
    cancelled: 'It is cancelled already.',
  },
} as const;

/** What can be done with a plan: exports for everyone, the rest for operators. */
export function PlanActions({ live }: { readonly live: LivePlan }): ReactElement {
  const { plan } = live;
  const [asked, setAsked] = useState<'enqueue' | 'cancel' | null>(null);
  const bar = useBar('operator');
  const close = (): void => setAsked(null);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => saveText(`${plan.run_id}.dot`, 'text/vnd.graphviz', toDot(plan))}
      >
        Save as DOT
      </Button>
      <Button
        size="xs"
        variant="default"
        component="a"
        href={toApiPath(getPlan(plan.run_id))}
        download={`${plan.run_id}.json`}
      >
        Save as JSON
      </Button>
      <ActionButton bar={bar ?? barsOfState.cancel[plan.state]} onClick={() => setAsked('cancel')}>
        Cancel the run
      </ActionButton>
      <ActionButton
        bar={bar ?? barsOfState.enqueue[plan.state]}
        variant="filled"
        onClick={() => setAsked('enqueue')}
      >
        Enqueue
      </ActionButton>
      <Suspense>
        {asked === 'enqueue' && <EnqueuePlanDialog live={live} onClose={close} />}
        {asked === 'cancel' && <CancelPlanDialog live={live} onClose={close} />}
      </Suspense>
    </>
  );
}
