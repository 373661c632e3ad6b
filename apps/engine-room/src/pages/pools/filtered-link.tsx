import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

interface Props {
  readonly path: '/servers' | '/workers';
  readonly pool: string;
  readonly count: number;
  readonly noun: string;
}

/** How many there are of a pool, leading to them. */
export function FilteredLink({ path, pool, count, noun }: Props): ReactElement {
  const text = count.toLocaleString('en');
  if (count === 0) return <span>{text}</span>;
  return (
    <Anchor
      inherit
      aria-label={`${text} ${noun}${count === 1 ? '' : 's'} of ${pool}`}
      renderRoot={(props) => <Link to={path} search={{ pool }} {...props} />}
    >
      {text}
    </Anchor>
  );
}
