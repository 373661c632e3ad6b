import { editPoolSchema, type PoolView } from '@ironwheel/contracts';
import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { callApi } from '../../api/call-api.ts';
import { editPool, getPool } from '../../api/pool-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { EditConflict, LeaveGuard, useEdits, type ReadState } from '../../parts/edits/index.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { listFieldErrors } from '../../parts/field-errors.ts';
import { Panel } from '../../parts/panel.tsx';
import { showToast } from '../../parts/toasts.ts';
import { useBar } from '../../session/may.ts';
import { ProfileFields } from './profile-fields.tsx';
import { findTwice, readProfiles, writeProfileLines } from './profile-lines.ts';

type PoolValues = Readonly<Record<'description' | 'profiles', string>>;
const fieldLabels: Readonly<Record<keyof PoolValues, string>> = {
  description: 'Description',
  profiles: 'Profiles of providers',
};
const toValues = (pool: PoolView): ReadState<PoolValues> => ({
  revision: pool.revision,
  values: { description: pool.description, profiles: writeProfileLines(pool.profiles) },
});

interface Props {
  readonly pool: PoolView;
  /** Reads it anew. */
  readonly onRead: () => unknown;
}

/** What people know of a pool, and the profile of each provider. */
export function PoolEditForm({ pool, onRead }: Props): ReactElement {
  const edits = useEdits(toValues(pool));
  const [reason, setReason] = useState('');
  const bar = useBar('admin');
  const client = useQueryClient();
  const { mine, changed, theirs, base } = edits;
  const change = {
    ...(changed.includes('description') ? { description: mine.description } : {}),
    ...(changed.includes('profiles') ? { profiles: readProfiles(mine.profiles) } : {}),
  };
  const errors = listFieldErrors(editPoolSchema, change);
  const save = useMutation({
    mutationFn: () =>
      callApi(
        editPool(pool.name, {
          ...change,
          revision: base.revision,
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        }),
      ),
    onSuccess: async (saved) => {
      edits.accept(toValues(saved));
      setReason('');
      showToast(`${pool.name} was saved.`);
      client.setQueryData(toQueryKey(getPool(pool.name)), saved);
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
    onError: (error) => (isConflict(error) ? onRead() : undefined),
  });
  const why =
    bar ??
    (theirs === null ? null : 'Choose first what becomes of the two changes.') ??
    (changed.length === 0 ? 'Nothing was changed.' : null) ??
    (Object.keys(errors).length > 0 || findTwice(mine.profiles) !== null ? 'Something does not fit.' : null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (why === null) save.mutate();
  };
  const isLocked = bar !== null;
  return (
    <Panel title="Edit">
      <form onSubmit={submit}>
        <Stack maw={720}>
          <EditConflict what="This pool" edits={edits} labels={fieldLabels} />
          <Textarea
            label={fieldLabels.description}
            value={mine.description}
            onChange={(event) => edits.set('description', event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            disabled={isLocked}
          />
          <ProfileFields
            text={mine.profiles}
            onText={(text) => edits.set('profiles', text)}
            error={errors['profiles']}
            isDisabled={isLocked}
          />
          <TextInput
            label="Reason"
            description="Stands in the audit trail."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            disabled={isLocked}
          />
          {save.error !== null && !isConflict(save.error) && (
            <ErrorNotice what="Saving the pool" error={save.error} />
          )}
          <Group justify="flex-end" gap="sm">
            {why !== null && (
              <Text size="sm" c="dimmed">
                {why}
              </Text>
            )}
            <Button variant="default" onClick={edits.dropMine} disabled={changed.length === 0 || isLocked}>
              Revert
            </Button>
            <Button type="submit" disabled={why !== null} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
      <LeaveGuard isDirty={changed.length > 0 && !isLocked} />
    </Panel>
  );
}

const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'REVISION_CONFLICT';
