import type { TokenView } from '@ironwheel/contracts';
import { Group, Text } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { listTokens } from '../../api/settings-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { DataTable } from '../../parts/data-table/index.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { useBar } from '../../session/may.ts';
import { tokenColumns } from './token-columns.tsx';

const CreateTokenDialog = lazy(() => import('./create-token-dialog.tsx'));
const defaultSort = { columnId: 'created', isDescending: true };
const toId = ({ token_id }: TokenView): string => token_id;
const toLabel = ({ name }: TokenView): string => `Token ${nameHidden(name)}`;

/** Tokens of people and programs. Their secrets are told once, when they are made. */
export default function TokenPanel(): ReactElement {
  const bar = useBar('admin');
  if (bar !== null) return <Text size="sm">Administrators see the tokens here. {bar}</Text>;
  return <Tokens />;
}

function Tokens(): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const call = listTokens();
  const answer = useLiveList(call, { topics: ['tokens'], pollMs: 30_000 });
  const create = (
    <ActionButton bar={null} variant="filled" onClick={() => setAsked(true)}>
      Create a token
    </ActionButton>
  );
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed">
          The bootstrap administrator (CONTROL_PLANE_TOKEN) is not among them.
        </Text>
        {create}
      </Group>
      <DataTable
        what="tokens"
        columns={tokenColumns}
        rows={answer.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={answer}
        call={call}
        defaultSort={defaultSort}
        whenNone={create}
      />
      {isAsked && (
        <Suspense>
          <CreateTokenDialog onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  );
}
