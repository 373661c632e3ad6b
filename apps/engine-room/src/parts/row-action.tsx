import { Tooltip } from '@mantine/core';
import { useRef, useState, type ReactElement, type ReactNode } from 'react';
import { SmallButton } from './small-button.tsx';

interface Props {
  readonly children: ReactNode;
  readonly onClick: () => void;
  /** Why it cannot be done now; null: it can. */
  readonly bar: string | null;
  /** For those who hear it, where the text alone does not say what it acts on. */
  readonly label?: string;
}

/** `ActionButton` for the row of a table: where it may not be used it stays reachable and says why, once somebody comes to it. */
export function RowAction({ children, onClick, bar, label }: Props): ReactElement {
  const button = useRef<HTMLButtonElement>(null);
  const [isAsked, setAsked] = useState(false);
  const ask = (): void => setAsked(true);
  const leave = (): void => setAsked(false);
  return (
    <>
      <SmallButton
        ref={button}
        aria-label={label}
        aria-disabled={bar !== null}
        aria-description={bar ?? undefined}
        onClick={() => {
          if (bar === null) onClick();
        }}
        onPointerEnter={ask}
        onPointerLeave={leave}
        onFocus={ask}
        onBlur={leave}
      >
        {children}
      </SmallButton>
      {bar !== null && isAsked && <Tooltip target={button} opened label={bar} multiline w={280} />}
    </>
  );
}
