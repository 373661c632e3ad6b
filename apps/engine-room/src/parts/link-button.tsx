import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

interface Props {
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
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
      renderRoot={(props) => <Link to={to} {...(search === undefined ? {} : { search })} {...props} />}
    >
      {children}
    </Button>
  );
}
