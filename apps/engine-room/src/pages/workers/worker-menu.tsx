import type { WorkerView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import type { WorkerVerb } from '../../api/worker-calls.ts';
import { ActionMenu } from '../../parts/action-menu.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { useBar } from '../../session/may.ts';
import { listVerbs } from './worker-verbs.ts';

const WorkerActionDialog = lazy(() => import('./worker-action-dialog.tsx'));

/** The runtime controls of a worker, for a row of the table. */
export function WorkerMenu({ worker }: { readonly worker: WorkerView }): ReactElement {
  const [asked, setAsked] = useState<WorkerVerb | null>(null);
  const roleBar = useBar('operator');
  return (
    <>
      <ActionMenu
        label={`Actions for ${nameHidden(worker.name)}`}
        actions={listVerbs(worker).map((action) => ({ ...action, bar: roleBar ?? action.bar }))}
        onChoose={setAsked}
      />
      {asked !== null && (
        <Suspense>
          <WorkerActionDialog worker={worker} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
