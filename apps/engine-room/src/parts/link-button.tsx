import { Button } from '@mantine/core';
import { Link, type HistoryState } from '@tanstack/react-router';
import type { ReactElement } from 'react';

interface Props {
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
  /** What goes with it that is too much for an address. */
  readonly state?: HistoryState;
  readonly children: string;
  readonly variant?: 'default' | 'filled';
  readonly isSmall?: boolean;
  /** For those who hear it, where the text alone does not say to what it leads. */
  readonly label?: string;
}

/** A link that looks like a button: it leads to a page, and does nothing else. */
export function LinkButton({
  to,
  search,
  state,
  children,
  variant = 'default',
  isSmall,
  label,
}: Props): ReactElement {
  return (
    <Button
      size={isSmall === true ? 'compact-xs' : 'xs'}
      variant={variant}
      {...(label === undefined ? {} : { 'aria-label': label })}
      renderRoot={(props) => (
        <Link
          to={to}
          {...(search === undefined ? {} : { search })}
          {...(state === undefined ? {} : { state })}
          {...props}
        />
      )}
    >
      {children}
    </Button>
  );
}
