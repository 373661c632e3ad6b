import { editServerSchema, type ServerView } from '@ironwheel/contracts';
import { Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { editServer } from '../../api/server-calls.ts';
import {
  EditConflict,
  findWhyNotSaved,
  isConflict,
  LeaveGuard,
  SaveBar,
  useEdits,
} from '../../parts/edits/index.ts';
import { listFieldErrors } from '../../parts/field-errors.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { Panel } from '../../parts/panel.tsx';
import { PoolSelect } from '../../parts/pool-select.tsx';
import { showToast } from '../../parts/toasts.ts';
import { useBar } from '../../session/may.ts';
import { fieldLabels, toServerChange, toServerValues } from './server-form.ts';

interface Props {
  readonly server: ServerView;
  /** Reads it anew. */
  readonly onRead: () => unknown;
}

/** What people know of a server, and its pool. Who saves on top of another's change is told so and overwrites nothing. */
export function ServerEditForm({ server, onRead }: Props): ReactElement {
  const edits = useEdits(toServerValues(server));
  const [reason, setReason] = useState('');
  const [isSaved, setSaved] = useState(false);
  const bar = useBar('admin');
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mine, changed, base } = edits;
  const change = toServerChange(mine, changed);
  const errors = listFieldErrors(editServerSchema, change);
  const save = useMutation({
    mutationFn: () =>
      callApi(
        editServer(server.server_id, {
          ...change,
          revision: base.revision,
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        }),
      ),
    onSuccess: async () => {
      setSaved(true);
      showToast(`${nameHidden(mine.name)} was saved.`);
      await navigate({ to: `/servers/${server.server_id}`, ignoreBlocker: true });
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
    // The form then shows what it is now beside what was typed.
    onError: (error) => (isConflict(error) ? onRead() : undefined),
  });
  const mistake = (name: string) => (errors[name] === undefined ? {} : { error: errors[name] });
  const why = findWhyNotSaved(edits, bar, Object.keys(errors).length > 0);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (why === null) save.mutate();
  };
  const isLocked = bar !== null;
  return (
    <Panel title="What is known of it">
      <form onSubmit={submit}>
        <Stack>
          <EditConflict what="This server" edits={edits} labels={fieldLabels} />
          <TextInput
            label={fieldLabels.name}
            value={mine.name}
            onChange={(event) => edits.set('name', event.currentTarget.value)}
            maxLength={63}
            required
            disabled={isLocked}
            {...mistake('name')}
          />
          <PoolSelect
            value={mine.pool}
            onChange={(value) => edits.set('pool', value)}
            description="Its workers follow it. What they build goes on; an install link that is still open ends."
            isDisabled={isLocked}
            error={errors['pool']}
          />
          <TextInput
            label={fieldLabels.address}
            description="Its IP address or host name, for people; nothing is connected to it."
            value={mine.address}
            onChange={(event) => edits.set('address', event.currentTarget.value)}
            maxLength={255}
            disabled={isLocked}
            {...mistake('address')}
          />
          <Textarea
            label={fieldLabels.description}
            value={mine.description}
            onChange={(event) => edits.set('description', event.currentTarget.value)}
            maxLength={1000}
            autosize
            minRows={2}
            disabled={isLocked}
            {...mistake('description')}
          />
          <Textarea
            label={fieldLabels.labels}
            description="One a line, for example arch=s390x or z_generation=z15."
            value={mine.labels}
            onChange={(event) => edits.set('labels', event.currentTarget.value)}
            autosize
            minRows={3}
            disabled={isLocked}
            {...mistake('labels')}
          />
          <SaveBar
            what="Saving the server"
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
      <LeaveGuard isDirty={changed.length > 0 && !isSaved && !isLocked} />
    </Panel>
  );
}
