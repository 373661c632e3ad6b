import type { WorkerView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { findLink } from '../../app/links.ts';
import { RowAction } from '../../parts/row-action.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { useBar } from '../../session/may.ts';

const WorkerActionDialog = lazy(() => import('./worker-action-dialog.tsx'));

/** The server that a worker runs on; an orphan can be registered as one. */
export function ServerCell({ worker }: { readonly worker: WorkerView }): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('operator');
  if (worker.server_id !== null) {
    const isLinked = findLink('server', worker.server_id) !== null;
    return isLinked ? (
      <ThingLink kind="server" id={worker.server_id} text="Manage server" />
    ) : (
      <StatusBadge status="matched" text={`matched by ${worker.matched_by ?? 'its key'}`} />
    );
  }
  return (
    <>
      <RowAction bar={bar} onClick={() => setAsked(true)}>
        Register server
      </RowAction>
      {isAsked && (
        <Suspense>
          <WorkerActionDialog worker={worker} verb="register" onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  );
}
