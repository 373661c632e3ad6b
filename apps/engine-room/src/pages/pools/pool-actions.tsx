import type { PoolView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { ActionButton } from '../../parts/action-button.tsx';
import { findBar } from '../../session/may.ts';
import { useSession } from '../../session/session-context.ts';
import { listPoolVerbs, type PoolVerb } from './pool-verbs.ts';

const PoolActionDialog = lazy(() => import('./pool-action-dialog.tsx'));

/** The same as buttons, for the page of the pool. */
export function PoolActions({ pool }: { readonly pool: PoolView }): ReactElement {
  const [asked, setAsked] = useState<PoolVerb | null>(null);
  const { role } = useSession().session;
  return (
    <>
      {listPoolVerbs(pool).map(({ verb, label, role: needed, bar }) => (
        <ActionButton key={verb} bar={findBar(role, needed) ?? bar} onClick={() => setAsked(verb)}>
          {label}
        </ActionButton>
      ))}
      {asked !== null && (
        <Suspense>
          <PoolActionDialog pool={pool} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
