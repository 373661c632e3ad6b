import type { InputView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { listInputs } from '../../api/input-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { DataTable } from '../../parts/data-table/index.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { useBar } from '../../session/may.ts';
import { inputColumns } from './input-columns.tsx';
import { UploadPanel } from './upload-panel.tsx';

const toId = ({ input_id: id }: InputView): string => id;
const toLabel = ({ filename }: InputView): string => `The file ${nameHidden(filename)}`;
const most = 5_000;

/** Files that were handed in: what plans are made of, and wheels that are to be served. */
export default function InputsPage(): ReactElement {
  const bar = useBar('operator');
  const navigate = useNavigate();
  const inputs = useLiveList(listInputs(), { topics: ['inputs', 'plans'], most, pollMs: 30_000 });
  const pending = inputs.data?.items.filter(({ run_id: run }) => run === null).length ?? 0;
  return (
    <Stack>
      <PageHeader
        title="Inputs"
        actions={
          <ActionButton
            bar={bar ?? (pending === 0 ? 'No file waits for a plan; hand one in.' : null)}
            variant="filled"
            onClick={() => void navigate({ to: '/plans/new', search: { inputs: 'pending' } })}
          >
            {pending < 2 ? 'Plan what is pending' : `Plan the ${pending.toLocaleString('en')} pending`}
          </ActionButton>
        }
      />
      <UploadPanel />
      {inputs.data?.isCut === true && (
        <Text size="sm">Only the newest {most.toLocaleString('en')} are shown.</Text>
      )}
      <DataTable
        what="files"
        columns={inputColumns}
        rows={inputs.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={inputs}
        call={listInputs({ limit: 500 })}
        whenNone={
          <Text size="sm">Hand in requirements, lock files, wheels or sdists; a plan is made of them.</Text>
        }
      />
    </Stack>
  );
}
