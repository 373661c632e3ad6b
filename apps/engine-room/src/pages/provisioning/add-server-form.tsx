import { createServerSchema } from '@ironwheel/contracts';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { listPools } from '../../api/pool-calls.ts';
import { createServer } from '../../api/server-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { listFieldErrors } from '../../parts/field-errors.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { PoolSelect } from '../../parts/pool-select.tsx';
import { showToast } from '../../parts/toasts.ts';
import { useBar } from '../../session/may.ts';

/** The record of a new server: its name and its pool; the rest can be filled in later. */
export function AddServerForm({ onChosen }: { readonly onChosen: (id: string) => void }): ReactElement {
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [description, setDescription] = useState('');
  const [chosenPool, setPool] = useState<string | null>(null);
  const pools = useLiveList(listPools(), { topics: ['pools'] });
  const bar = useBar('admin');
  const pool = chosenPool ?? pools.data?.items.find(({ is_default }) => is_default)?.name ?? '';
  const body = { name, address, description, ...(pool === '' ? {} : { pool }) };
  const errors = name === '' ? {} : listFieldErrors(createServerSchema, body);
  const add = useMutation({
    mutationFn: () => callApi({ ...createServer(body), idempotencyKey: newIdempotencyKey() }),
    onSuccess: (server) => {
      showToast(`${nameHidden(server.name)} was added.`);
      onChosen(server.server_id);
    },
  });
  const canAdd = bar === null && name !== '' && Object.keys(errors).length === 0;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (canAdd) add.mutate();
  };
  const mistake = (field: string) => (errors[field] === undefined ? {} : { error: errors[field] });
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="Stays taken, also after the server was archived."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={63}
          required
          disabled={bar !== null}
          {...mistake('name')}
        />
        <PoolSelect value={pool} onChange={setPool} isDisabled={bar !== null} />
        <TextInput
          label="Address"
          description="IP address or host name, for people; nothing is connected to it."
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          maxLength={255}
          disabled={bar !== null}
          {...mistake('address')}
        />
        <TextInput
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          maxLength={1000}
          disabled={bar !== null}
          {...mistake('description')}
        />
        {add.error !== null && <ErrorNotice what="Adding the server" error={add.error} />}
        <Group justify="flex-end">
          {bar !== null && (
            <Text size="sm" c="dimmed">
              {bar}
            </Text>
          )}
          <Button type="submit" disabled={!canAdd} loading={add.isPending}>
            Add and go on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
