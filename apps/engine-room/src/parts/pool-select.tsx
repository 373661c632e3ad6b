import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { listPools } from '../api/pool-calls.ts';
import { useLiveList } from '../live/use-live-list.ts';

interface Props {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly description?: string;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
  /** What it means to choose none; without it one has to be chosen. */
  readonly canBeNone?: string;
}

/** One of the pools that are in use. */
export function PoolSelect({
  value,
  onChange,
  description,
  error,
  isDisabled = false,
  canBeNone,
}: Props): ReactElement {
  const { data, error: failure } = useLiveList(listPools(), { topics: ['pools'] });
  const pools = (data?.items ?? []).map(({ name, is_default }) => ({
    value: name,
    label: is_default ? `${name} (default)` : name,
  }));
  const names = canBeNone === undefined ? pools : [{ value: '', label: canBeNone }, ...pools];
  const isKnown = names.some((one) => one.value === value);
  const mistake = error ?? (failure === null ? undefined : 'The pools could not be read.');
  return (
    <NativeSelect
      label="Pool"
      data={isKnown || value === '' ? names : [{ value, label: value }, ...names]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      disabled={isDisabled}
      {...(description === undefined ? {} : { description })}
      {...(mistake === undefined ? {} : { error: mistake })}
    />
  );
}
