import { editPoolSchema, type PoolView } from '@ironwheel/contracts';
import { Stack, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { editPool, getPool } from '../../api/pool-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import {
  EditConflict,
  findWhyNotSaved,
  isConflict,
  LeaveGuard,
  SaveBar,
  useEdits,
  type ReadState,
} from '../../parts/edits/index.ts';
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
  const { mine, changed, base } = edits;
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
  const why = findWhyNotSaved(
    edits,
    bar,
    Object.keys(errors).length > 0 || findTwice(mine.profiles) !== null,
  );
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
          <SaveBar
            what="Saving the pool"
            reason={reason}
            onReason={setReason}
            error={save.error}
            why={why}
            onRevert={edits.dropMine}
            isChanged={changed.length > 0}
            isLocked={isLocked}
            isSaving={save.isPending}
          />
        </Stack>
      </form>
      <LeaveGuard isDirty={changed.length > 0 && !isLocked} />
    </Panel>
  );
}
