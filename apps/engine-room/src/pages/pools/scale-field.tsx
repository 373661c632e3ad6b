import { maxJobsSchema } from '@ironwheel/contracts';
import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';

/** Null: no bound. Undefined: no such number. */
export function readScale(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d{1,6}$/.test(trimmed) ? maxJobsSchema.safeParse(Number(trimmed)).data : undefined;
}

interface Props {
  readonly text: string;
  readonly onText: (text: string) => void;
}

export function ScaleField({ text, onText }: Props): ReactElement {
  const isWrong = readScale(text) === undefined;
  return (
    <TextInput
      label="Most jobs at once"
      description="Empty: as many as its workers have slots. 0: nothing new."
      inputMode="numeric"
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
      maxLength={6}
      {...(isWrong ? { error: 'A whole number from 0 to 100000, or nothing.' } : {})}
    />
  );
}
