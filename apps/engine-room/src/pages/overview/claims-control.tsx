import type { claimsSwitchSchema } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import type { z } from 'zod';
import { ActionButton } from '../../parts/action-button.tsx';
import { useBar } from '../../session/may.ts';

const ClaimsDialog = lazy(() => import('./claims-dialog.tsx'));

interface Props {
  readonly claims: z.output<typeof claimsSwitchSchema> | undefined;
  /** Jobs that could be taken now. */
  readonly waiting: number | undefined;
}

/** The switch that stops every claim of the installation, and starts them again. */
export function ClaimsControl({ claims, waiting }: Props): ReactElement | null {
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('operator');
  if (claims === undefined) return null;
  const willPause = !claims.paused;
  return (
    <>
      <ActionButton bar={bar} onClick={() => setAsked(true)}>
        {willPause ? 'Pause all claims' : 'Resume all claims'}
      </ActionButton>
      {isAsked && (
        <Suspense>
          <ClaimsDialog willPause={willPause} waiting={waiting} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  );
}
