import type { WorkerView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import type { WorkerVerb } from '../../api/worker-calls.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { useBar } from '../../session/may.ts';
import { listVerbs } from './worker-verbs.ts';

const WorkerActionDialog = lazy(() => import('./worker-action-dialog.tsx'));

/** The runtime controls of a worker. Its process is steered on the page of its server. */
export function WorkerActions({ worker }: { readonly worker: WorkerView }): ReactElement {
  const [asked, setAsked] = useState<WorkerVerb | null>(null);
  const roleBar = useBar('operator');
  return (
    <>
      {listVerbs(worker).map(({ verb, label, bar }) => (
        <ActionButton key={verb} bar={roleBar ?? bar} onClick={() => setAsked(verb)}>
          {label}
        </ActionButton>
      ))}
      {asked !== null && (
        <Suspense>
          <WorkerActionDialog worker={worker} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
