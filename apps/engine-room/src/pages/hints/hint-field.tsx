import { Text, Textarea, TextInput } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { hintFields, type HintField, type HintValues } from './hint-values.ts';
import type { HintErrors } from './list-hint-errors.ts';
import classes from './hints.module.css';

/** The state of the form, as every field of it needs it. */
export interface HintFieldsProps {
  readonly values: HintValues;
  readonly set: (name: HintField, value: string) => void;
  readonly errors: HintErrors;
  readonly isLocked: boolean;
}

interface FieldProps {
  readonly form: HintFieldsProps;
  readonly name: HintField;
  readonly description?: string;
  readonly placeholder?: string;
}

const mono = { input: classes.mono ?? '' };

/** A field of one line. */
export const LineField = ({
  form,
  name,
  isTime = false,
  ...words
}: FieldProps & { readonly isTime?: boolean }): ReactElement => (
  <TextInput
    type={isTime ? 'datetime-local' : 'text'}
    label={hintFields[name]}
    value={form.values[name]}
    onChange={(event) => form.set(name, event.currentTarget.value)}
    disabled={form.isLocked}
    classNames={mono}
    spellCheck={false}
    autoComplete="off"
    error={form.errors[name]}
    {...words}
  />
);

/** A field of as many lines as there are. */
export const LinesField = ({
  form,
  name,
  isProse = false,
  ...words
}: FieldProps & { readonly isProse?: boolean }): ReactElement => (
  <Textarea
    label={hintFields[name]}
    value={form.values[name]}
    onChange={(event) => form.set(name, event.currentTarget.value)}
    disabled={form.isLocked}
    {...(isProse ? {} : { classNames: mono, spellCheck: false })}
    autosize
    minRows={2}
    maxRows={14}
    error={form.errors[name]}
    {...words}
  />
);

interface GroupProps {
  readonly title: string;
  /** Of all its fields together. */
  readonly error?: string | undefined;
  readonly children: ReactNode;
}

export const FieldGroup = ({ title, error, children }: GroupProps): ReactElement => (
  <fieldset className={classes.group}>
    <legend>{title}</legend>
    {error !== undefined && (
      <Text size="sm" c="var(--mantine-color-error)" role="alert" tabIndex={-1} data-mistake>
        {error}
      </Text>
    )}
    {children}
  </fieldset>
);
