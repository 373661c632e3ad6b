import { createPoolSchema } from '@ironwheel/contracts';
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { createPool } from '../../api/pool-calls.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { listFieldErrors } from '../../parts/field-errors.ts';
import { showToast } from '../../parts/toasts.ts';
import { ProfileFields } from './profile-fields.tsx';
import { findTwice, readProfiles } from './profile-lines.ts';
import { readScale, ScaleField } from './scale-field.tsx';

export default function CreatePoolDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [profiles, setProfiles] = useState('');
  const [scale, setScale] = useState('');
  const client = useQueryClient();
  const most = readScale(scale);
  const body = { name, description, profiles: readProfiles(profiles), max_jobs: most ?? null };
  const errors = listFieldErrors(createPoolSchema, body);
  const create = useMutation({
    mutationFn: () => callApi({ ...createPool(body), idempotencyKey: newIdempotencyKey() }),
    onSuccess: async () => {
      showToast(`The pool ${name} was made.`);
      onClose();
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
  });
  const isReady = Object.keys(errors).length === 0 && most !== undefined && findTwice(profiles) === null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isReady) create.mutate();
  };
  return (
    <Dialog isOpen onClose={onClose} title="Create a pool">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="Lower-case letters, digits and “-”. It stays taken, also after the pool was archived."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={63}
            required
            data-autofocus
            {...(name === '' || errors['name'] === undefined ? {} : { error: errors['name'] })}
          />
          <Textarea
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
          />
          <ScaleField text={scale} onText={setScale} />
          <ProfileFields text={profiles} onText={setProfiles} error={errors['profiles']} />
          {create.error !== null && <ErrorNotice what="Creating the pool" error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!isReady} loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
