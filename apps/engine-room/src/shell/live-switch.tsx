import { VisuallyHidden } from '@mantine/core';
import type { ReactElement } from 'react';
import { useLiveState, useLiveStream } from '../live/live-context.ts';
import type { LivePhase } from '../live/live-stream.ts';
import { useNow } from '../live/use-now.ts';
import { writeAge, writeLag } from '../parts/write-time.ts';
import classes from './live-switch.module.css';

/** Told to those who listen, when it changes; the lag that changes all the time is not. */
const announcements: Readonly<Record<LivePhase, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  broken: 'No longer live; what is shown may be old',
  paused: 'Paused; what is shown stays as it is',
};

/** How fresh what is shown is, and the switch that holds it still. */
export function LiveSwitch(): ReactElement {
  const stream = useLiveStream();
  const { phase, asOfMs } = useLiveState();
  const now = useNow();
  const lagMs = asOfMs === null ? null : Math.max(0, now - asOfMs);
  const isPaused = phase === 'paused';
  return (
    <>
      <button
        type="button"
        className={classes.switch}
        data-phase={phase}
        aria-pressed={isPaused}
        title={isPaused ? 'Go live again' : 'Pause: nothing on the page changes by itself'}
        onClick={() => (isPaused ? stream.resume() : stream.pause())}
      >
        <span aria-hidden className={classes.mark}>
          {marks[phase]}
        </span>
        <span data-testid="live-state">{describe(phase, lagMs)}</span>
        <VisuallyHidden>{isPaused ? ': go live again' : ': pause'}</VisuallyHidden>
      </button>
      <VisuallyHidden role="status">{announcements[phase]}</VisuallyHidden>
    </>
  );
}

const marks: Readonly<Record<LivePhase, string>> = { connecting: '◌', live: '●', broken: '▲', paused: '❙❙' };

function describe(phase: LivePhase, lagMs: number | null): string {
  if (phase === 'connecting' || lagMs === null) return phase === 'paused' ? 'Paused' : 'Connecting';
  if (phase === 'live') return `Live, ${writeLag(lagMs)}`;
  return `${phase === 'paused' ? 'Paused' : 'Stale'}, ${writeAge(lagMs)} old`;
}
