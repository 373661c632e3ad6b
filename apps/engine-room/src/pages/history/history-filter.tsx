import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import type { HistoryFilterState } from './use-history-filter.ts';

/** As `<input type="datetime-local">` has it, in the zone of this browser. */
function toLocalInput(time: string | undefined): string {
  const ms = time === undefined ? NaN : Date.parse(time);
  if (Number.isNaN(ms)) return '';
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const fromLocalInput = (text: string): string | undefined =>
  text === '' ? undefined : new Date(text).toISOString();
/** What the controller itself writes; workers in direct mode may write others. */
const statuses = ['built', 'failed', 'reused', 'missing', 'cancelled', 'lost'];
const orNone = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

/** Filters that the controller applies to all of the history, not only to what is read. */
export function HistoryFilter({ filter }: { readonly filter: HistoryFilterState }): ReactElement {
  const { wish } = filter;
  const [name, setName] = useState(wish.package ?? '');
  const [run, setRun] = useState(wish.run ?? '');
  const [from, setFrom] = useState(toLocalInput(wish.from));
  const [to, setTo] = useState(toLocalInput(wish.to));
  const [status, setStatus] = useState(wish.status ?? '');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    filter.change({
      package: orNone(name),
      run: orNone(run),
      from: fromLocalInput(from),
      to: fromLocalInput(to),
      status: orNone(status),
    });
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs" mb="sm">
        <TextInput
          size="xs"
          label="Package"
          placeholder="exact name, any spelling"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label="Status"
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value)}
          data={[{ value: '', label: 'any' }, ...new Set([...statuses, ...(status === '' ? [] : [status])])]}
        />
        <TextInput
          size="xs"
          label="Run"
          placeholder="run_…"
          value={run}
          maxLength={100}
          onChange={(event) => setRun(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="datetime-local"
          label="From"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="datetime-local"
          label="To"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" variant="default">
          Apply
        </Button>
        {filter.isSet && (
          <Button size="xs" variant="subtle" onClick={filter.clear}>
            Clear
          </Button>
        )}
      </Group>
    </form>
  );
}
