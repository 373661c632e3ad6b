import type { PoolView } from '@ironwheel/contracts';
import { Button, Menu } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
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
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button size="compact-xs" variant="default" aria-label={`Actions for ${pool.name}`}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {listPoolVerbs(pool).map(({ verb, label, role: needed, bar }) => {
            const why = findBar(role, needed) ?? bar;
            return (
              <Menu.Item
                key={verb}
                aria-disabled={why !== null}
                closeMenuOnClick={why === null}
                {...(why === null ? {} : { 'data-barred': true, c: 'dimmed' })}
                onClick={() => {
                  if (why === null) setAsked(verb);
                }}
              >
                {label}
                {why !== null && <small style={{ display: 'block' }}>{why}</small>}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {asked !== null && (
        <Suspense>
          <PoolActionDialog pool={pool} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
