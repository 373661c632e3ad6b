import { useEffect, useRef, useState, type RefObject } from 'react';
import type { HintValues, ReadHint } from './hint-form.ts';
import { listRefusals, type HintErrors } from './list-hint-errors.ts';

export interface HintForm {
  readonly errors: HintErrors;
  readonly place: RefObject<HTMLFormElement | null>;
  /** Whether what was typed can be sent; what is missing is said from then on, and the first mistake gets the focus. */
  readonly ask: () => boolean;
  /** The controller refused it: its fields say so until they are changed. */
  readonly refuse: (error: unknown) => void;
}

/** What is wrong with the fields of a hint, by the schema and by the controller. */
export function useHintForm(values: HintValues, { errors, missing }: ReadHint): HintForm {
  const place = useRef<HTMLFormElement>(null);
  const [asked, setAsked] = useState(0);
  const [refused, setRefused] = useState<{ readonly values: HintValues; readonly error: unknown } | null>(
    null,
  );
  useEffect(() => {
    if (asked > 0)
      place.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-mistake]')?.focus();
  }, [asked]);
  return {
    place,
    errors: {
      ...(asked > 0 ? missing : {}),
      ...(refused?.values === values ? listRefusals(refused.error) : {}),
      ...errors,
    },
    ask: () => {
      const isFine = Object.keys({ ...errors, ...missing }).length === 0;
      if (!isFine) setAsked((before) => before + 1);
      return isFine;
    },
    refuse: (error) => {
      setRefused({ values, error });
      setAsked((before) => before + 1);
    },
  };
}
