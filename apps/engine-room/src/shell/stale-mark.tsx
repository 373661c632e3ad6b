import type { ReactElement, ReactNode } from 'react';
import { useLiveState } from '../live/live-context.ts';
import { useNow } from '../live/use-now.ts';
import { writeAge } from '../parts/write-time.ts';
import classes from './stale-mark.module.css';

/** What may be old is grey, and says how old it is. */
export function StaleMark({ children }: { readonly children: ReactNode }): ReactElement {
  const { phase, asOfMs } = useLiveState();
  const isStale = phase === 'broken';
  return (
    <>
      {isStale && (
        <p className={classes.notice} data-testid="stale">
          <span aria-hidden>▲</span> The stream of changes is broken off; trying again.{' '}
          {asOfMs !== null && <Old asOfMs={asOfMs} />}
        </p>
      )}
      <div className={classes.body} data-stale={isStale}>
        {children}
      </div>
    </>
  );
}

function Old({ asOfMs }: { readonly asOfMs: number }): ReactElement {
  return <>What is shown may be {writeAge(Math.max(0, useNow() - asOfMs))} old.</>;
}
