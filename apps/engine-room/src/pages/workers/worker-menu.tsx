import type { WorkerView } from '@ironwheel/contracts';
import { Button, Menu } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import type { WorkerVerb } from '../../api/worker-calls.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { useBar } from '../../session/may.ts';
import { listVerbs } from './worker-verbs.ts';

const WorkerActionDialog = lazy(() => import('./worker-action-dialog.tsx'));

/** The runtime controls of a worker, for a row of the table. What cannot be done stays in the menu and says why. */
export function WorkerMenu({ worker }: { readonly worker: WorkerView }): ReactElement {
  const [asked, setAsked] = useState<WorkerVerb | null>(null);
  const roleBar = useBar('operator');
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button size="compact-xs" variant="default" aria-label={`Actions for ${nameHidden(worker.name)}`}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {listVerbs(worker).map(({ verb, label, bar }) => {
            const why = roleBar ?? bar;
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
          <WorkerActionDialog worker={worker} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
