import type { HintView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { ActionButton } from '../../parts/action-button.tsx';
import { useBar } from '../../session/may.ts';
import type { HintVerb } from './hint-action-dialog.tsx';

const HintActionDialog = lazy(() => import('./hint-action-dialog.tsx'));

interface Props {
  readonly hint: HintView;
  readonly onRemoved: (isRestored: boolean) => void;
}

/** What can be done with a hint besides changing what it says. */
export function HintActions({ hint, onRemoved }: Props): ReactElement {
  const [asked, setAsked] = useState<HintVerb | null>(null);
  const bar = useBar('operator');
  const isShipped = hint.source === 'builtin';
  const asShipped =
    isShipped && hint.revision === 0 ? 'It is as it was shipped. To be rid of it, retire it.' : null;
  return (
    <>
      <ActionButton bar={bar} onClick={() => setAsked(hint.enabled ? 'retire' : 'enable')}>
        {hint.enabled ? 'Retire…' : 'Switch on…'}
      </ActionButton>
      <ActionButton
        bar={bar ?? asShipped}
        {...(isShipped ? {} : { color: 'red' })}
        onClick={() => setAsked(isShipped ? 'restore' : 'delete')}
      >
        {isShipped ? 'Put back…' : 'Delete…'}
      </ActionButton>
      <Suspense>
        {asked !== null && (
          <HintActionDialog hint={hint} verb={asked} onClose={() => setAsked(null)} onRemoved={onRemoved} />
        )}
      </Suspense>
    </>
  );
}
