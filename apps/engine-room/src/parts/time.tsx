import { useMemo, type ReactElement } from 'react';
import { useNow } from '../live/use-now.ts';
import { writeAge, writeLocalTime, writeZones } from './write-time.ts';

interface Props {
  /** RFC 3339, as the API tells it; null: never. */
  readonly at: string | null;
  readonly never?: string;
}

/** A time in the zone of this browser; zone and UTC on hover. */
export function Time({ at, never = 'never' }: Props): ReactElement {
  if (at === null) return <span>{never}</span>;
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={writeZones(ms)}>
      {writeLocalTime(ms)}
    </time>
  );
}

/** How long ago, or in how long; the time itself on hover. */
export function Age({ at, never = 'never' }: Props): ReactElement {
  if (at === null) return <span>{never}</span>;
  return <RunningAge at={at} />;
}

function RunningAge({ at }: { readonly at: string }): ReactElement {
  const ms = Date.parse(at);
  const zones = useMemo(() => writeZones(ms), [ms]);
  const left = ms - useNow();
  // A clock that is a little ahead of ours is not the future.
  const text = left > 5_000 ? `in ${writeAge(left)}` : `${writeAge(Math.max(0, -left))} ago`;
  return (
    <time dateTime={at} title={zones}>
      {text}
    </time>
  );
}
