import { createTokenSchema, roles, type Role } from '@ironwheel/contracts';
import { Button, Code, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { createToken } from '../../api/settings-calls.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { listFieldErrors } from '../../parts/field-errors.ts';

const says: Readonly<Record<Role, string>> = {
  viewer: 'viewer: reads',
  operator: 'operator: steers work and workers',
  admin: 'admin: everything',
  worker: 'worker: enrols one, hands in events',
};
const lives = [
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '2592000', label: '30 days' },
  { value: '7776000', label: '90 days' },
  { value: '31536000', label: '1 year' },
  { value: '', label: 'until it is revoked' },
];
const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

export default function CreateTokenDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [life, setLife] = useState('7776000');
  const [key] = useState(newIdempotencyKey);
  const client = useQueryClient();
  const body = { name: name.trim(), role, ...(life === '' ? {} : { expires_in_s: Number(life) }) };
  const isReady = Object.keys(listFieldErrors(createTokenSchema, body)).length === 0;
  const make = useMutation({
    mutationFn: () => callApi({ ...createToken(body), idempotencyKey: key }),
    onSuccess: () => client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined }),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isReady) make.mutate();
  };
  if (make.data !== undefined) {
    return (
      <Dialog isOpen onClose={onClose} title="The token was made">
        <Told token={make.data.token} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog isOpen onClose={onClose} title="Create a token">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="Who or what uses it; it stands in the audit trail."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            required
            data-autofocus
          />
          <NativeSelect
            label="Role"
            data={roles.map((value) => ({ value, label: says[value] }))}
            value={role}
            onChange={({ currentTarget: { value } }) => {
              if (isRole(value)) setRole(value);
            }}
          />
          <NativeSelect
            label="Holds for"
            data={lives}
            value={life}
            onChange={(event) => setLife(event.currentTarget.value)}
          />
          {make.error !== null && <ErrorNotice what="Creating the token" error={make.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!isReady} loading={make.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface ToldProps {
  readonly token: string | undefined;
  readonly onClose: () => void;
}

function Told({ token, onClose }: ToldProps): ReactElement {
  return (
    <Stack>
      {token === undefined ? (
        <Text size="sm">
          Its secret was lost on the way, and is told only once: revoke the token and make another one.
        </Text>
      ) : (
        <>
          <Text size="sm">Keep it now: it is shown this once, and only its hash is stored.</Text>
          <Code block aria-label="The new token">
            {token}
          </Code>
          <div>
            <CopyButton text={token} label="Copy the token" />
          </div>
        </>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
