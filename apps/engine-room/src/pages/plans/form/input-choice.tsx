import type { InputView } from '@ironwheel/contracts';
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import { listPendingInputs } from '../../../api/input-calls.ts';
import { useLiveList } from '../../../live/use-live-list.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { nameHidden } from '../../../parts/hidden-characters.ts';
import { SafeText } from '../../../parts/safe-text.tsx';
import { kindNames } from '../../inputs/kind-names.ts';
import { UploadPanel } from '../../inputs/upload-panel.tsx';
import { listGone } from './list-gone.ts';
import classes from './form.module.css';

interface Props {
  readonly chosen: readonly string[];
  readonly onChange: (change: (before: readonly string[]) => readonly string[]) => void;
  /** Every file that waits is taken at first. */
  readonly takesPending: boolean;
  readonly error: string | undefined;
}

/** What one plan takes at most. */
const mostInputs = 10_000;
/** Shown one by one; more are taken together. */
const mostShown = 200;

/** Files that wait for a plan, and new ones. */
export function InputChoice({ chosen, onChange, takesPending, error }: Props): ReactElement {
  const pending = useLiveList(listPendingInputs(), { topics: ['inputs', 'plans'], most: mostInputs });
  const items = pending.data?.items;
  const hasTaken = useRef(false);
  useEffect(() => {
    if (!takesPending || hasTaken.current || items === undefined) return;
    hasTaken.current = true;
    onChange(() => items.map(({ input_id: id }) => id));
  }, [takesPending, items, onChange]);
  // Just handed in, a file is not among them yet.
  const isSettled = items !== undefined && !pending.isFetching;
  const gone = isSettled ? listGone(chosen, items) : [];
  const take = (id: string, isTaken: boolean): void =>
    onChange((before) => (isTaken ? [...before, id] : before.filter((one) => one !== id)));
  const add = (inputs: readonly InputView[]): void =>
    onChange((before) => [...new Set([...before, ...inputs.map(({ input_id: id }) => id)])]);
  return (
    <Stack gap="sm">
      <UploadPanel onTaken={add} />
      {pending.error !== null && (
        <ErrorNotice what="Reading the files" error={pending.error} onRetry={() => void pending.refetch()} />
      )}
      {items !== undefined && (items.length > 0 || chosen.length > 0) && (
        <fieldset className={classes.files}>
          <legend>
            Files that wait for a plan: {(chosen.length - gone.length).toLocaleString('en')} of{' '}
            {items.length.toLocaleString('en')} are taken
          </legend>
          <Group gap="xs" mb="xs">
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => onChange(() => items.map(({ input_id: id }) => id))}
            >
              Take all
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => onChange(() => [])}>
              Take none
            </Button>
          </Group>
          {error !== undefined && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert" mb="xs">
              <SafeText text={error} max={4000} />
            </Text>
          )}
          <ul className={classes.chosen}>
            {gone.slice(0, mostShown).map((id) => (
              <li key={id}>
                <Checkbox
                  size="xs"
                  aria-label={`Take ${nameHidden(id)}, which waits no longer`}
                  label={
                    <>
                      <SafeText text={id} max={100} /> waits no longer: another plan has it, or it was deleted
                    </>
                  }
                  checked
                  onChange={() => take(id, false)}
                />
              </li>
            ))}
            {items.slice(0, mostShown).map(({ input_id: id, filename, kind }) => (
              <li key={id}>
                <Checkbox
                  size="xs"
                  aria-label={`Take ${nameHidden(filename)}`}
                  label={
                    <>
                      <SafeText text={filename} max={255} /> ({kindNames[kind]})
                    </>
                  }
                  checked={chosen.includes(id)}
                  onChange={(event) => take(id, event.currentTarget.checked)}
                />
              </li>
            ))}
          </ul>
          {items.length > mostShown && (
            <Text size="sm">
              and {(items.length - mostShown).toLocaleString('en')} more, which “Take all” takes as well
            </Text>
          )}
        </fieldset>
      )}
    </Stack>
  );
}
