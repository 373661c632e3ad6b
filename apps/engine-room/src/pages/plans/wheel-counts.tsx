import type { ReactElement } from 'react';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { WheelProgress } from './model/count-progress.ts';
import classes from './plans.module.css';

/** "3 of 7 built", and what does not go on. */
export function WheelCounts({ progress }: { readonly progress: WheelProgress }): ReactElement {
  const { wanted, built, blocked, failed } = progress;
  if (wanted === 0) return <>nothing to build</>;
  return (
    <span className={classes.counts}>
      <span>
        {built.toLocaleString('en')} of {wanted.toLocaleString('en')}
      </span>
      {failed > 0 && <StatusBadge status="failed" text={`${failed.toLocaleString('en')} failed`} />}
      {blocked > 0 && <StatusBadge status="blocked" text={`${blocked.toLocaleString('en')} blocked`} />}
    </span>
  );
}
