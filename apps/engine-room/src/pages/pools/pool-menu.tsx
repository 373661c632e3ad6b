import type { PoolView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { ActionMenu } from '../../parts/action-menu.tsx';
import { useSession } from '../../session/session-context.ts';
import { findBar } from '../../session/may.ts';
import { listPoolVerbs, type PoolVerb } from './pool-verbs.ts';

const PoolActionDialog = lazy(() => import('./pool-action-dialog.tsx'));

/** What can be done with a pool, for a row of the table. What cannot be done stays in the menu and says why. */
export function PoolMenu({ pool }: { readonly pool: PoolView }): ReactElement {
  const [asked, setAsked] = useState<PoolVerb | null>(null);
  const { role } = useSession().session;
  return (
    <>
      <ActionMenu
        label={`Actions for ${pool.name}`}
        actions={listPoolVerbs(pool).map(({ verb, label, role: needed, bar }) => ({
          verb,
          label,
          bar: findBar(role, needed) ?? bar,
        }))}
        onChoose={setAsked}
      />
      {asked !== null && (
        <Suspense>
          <PoolActionDialog pool={pool} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
