import { Button, Tooltip, type ButtonVariant } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
  readonly onClick: () => void;
  /** Why it cannot be done now; null: it can. */
  readonly bar: string | null;
  readonly variant?: ButtonVariant;
  readonly color?: string;
  /** For those who hear it, where the text alone does not say what it acts on. */
  readonly label?: string;
}

/** A button that, where it may not be used, stays reachable and says why. */
export function ActionButton({
  children,
  onClick,
  bar,
  variant = 'default',
  color,
  label,
}: Props): ReactElement {
  const button = (
    <Button
      size="xs"
      {...(label === undefined ? {} : { 'aria-label': label })}
      variant={variant}
      {...(color === undefined ? {} : { color })}
      aria-disabled={bar !== null}
      {...(bar === null ? {} : { 'aria-description': bar, 'data-disabled': true })}
      onClick={() => {
        if (bar === null) onClick();
      }}
    >
      {children}
    </Button>
  );
  if (bar === null) return button;
  return (
    <Tooltip label={bar} multiline w={280} events={{ hover: true, focus: true, touch: true }}>
      {button}
    </Tooltip>
  );
}
