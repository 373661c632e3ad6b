import type { StatedHint } from '@ironwheel/contracts';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { listRefusals, type HintErrors } from './list-hint-errors.ts';
import type { ReadHint } from './read-hint.ts';

export interface HintForm {
  readonly errors: HintErrors;
  readonly place: RefObject<HTMLFormElement | null>;
  /** Whether what was typed can be sent; what is missing is said from then on, and the first mistake gets the focus. */
  readonly ask: () => boolean;
  /** The controller refused what was sent: the fields say so as long as they say that. */
  readonly refuse: (error: unknown, sent: StatedHint) => void;
}

interface Refused {
  readonly error: unknown;
  readonly sent: StatedHint;
}

/** What is wrong with the fields of a hint, by the schema and by the controller. */
export function useHintForm({ hint, errors, missing }: ReadHint): HintForm {
  const place = useRef<HTMLFormElement>(null);
  const [asked, setAsked] = useState(0);
  const [refused, setRefused] = useState<Refused | null>(null);
  useEffect(() => {
    if (asked > 0)
      place.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-mistake]')?.focus();
  }, [asked]);
  return {
    place,
    errors: {
      ...(asked > 0 ? missing : {}),
      ...(refused !== null && isSame(refused.sent, hint) ? listRefusals(refused.error) : {}),
      ...errors,
    },
    ask: () => {
      const isFine = Object.keys({ ...errors, ...missing }).length === 0;
      if (!isFine) setAsked((before) => before + 1);
      return isFine;
    },
    refuse: (error, sent) => {
      setRefused({ error, sent });
      setAsked((before) => before + 1);
    },
  };
}

const isSame = (one: StatedHint, other: StatedHint | null): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
