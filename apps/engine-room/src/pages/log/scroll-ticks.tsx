import { memo, type ReactElement } from 'react';
import classes from './log.module.css';

interface Props {
  readonly found: readonly number[];
  readonly errors: ReadonlySet<number>;
  readonly cause: number | null;
  readonly total: number;
}

/** So many places are told apart beside the scroll bar. */
const places = 200;

/** Where in the log something was found, beside the scroll bar; the same stands in the toolbar as numbers. */
export const ScrollTicks = memo(function ScrollTicks({ found, errors, cause, total }: Props): ReactElement {
  const toPlaces = (lines: Iterable<number>): number[] => [
    ...new Set([...lines].map((line) => Math.floor(((line - 1) / Math.max(1, total)) * places))),
  ];
  const bars = (lines: Iterable<number>, colour: string, height: number): ReactElement[] =>
    toPlaces(lines).map((place) => (
      <rect key={`${colour} ${place}`} x={0} y={place} width={6} height={height} fill={colour} />
    ));
  return (
    <svg className={classes.ticks} viewBox={`0 0 6 ${places}`} preserveAspectRatio="none" aria-hidden>
      {bars(found, 'var(--iw-warn)', 0.8)}
      {bars(errors, 'var(--iw-bad)', 0.8)}
      {cause === null ? null : bars([cause], 'var(--iw-bad)', 2)}
    </svg>
  );
});
