import type { WorkerView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, type ReactElement } from 'react';
import { listWorkers } from '../../api/worker-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { workerColumns } from './worker-columns.tsx';
import { toWorkerState } from './worker-state.ts';

const DecisionTraceExplorer = lazy(async () => ({
  default: (await import('./decision-trace-explorer.tsx')).DecisionTraceExplorer,
}));

/** Nobody tells of heartbeats. */
const pollMs = 10_000;
const defaultSort = { columnId: 'state', isDescending: false };
const toId = ({ worker_id }: WorkerView): string => worker_id;
const toLabel = ({ name }: WorkerView): string => `Worker ${nameHidden(name)}`;

export default function WorkersPage(): ReactElement {
  const call = listWorkers();
  const answer = useLiveList(call, { topics: ['workers'], pollMs });
  const navigate = useNavigate();
  const rows = answer.data?.items;
  return (
    <Stack gap="lg">
      <div>
        <PageHeader title="Workers" aside={<Text c="dimmed">{sumUp(rows ?? [])}</Text>} />
        <DataTable
          what="workers"
          columns={workerColumns}
          rows={rows}
          toId={toId}
          toLabel={toLabel}
          answer={answer}
          call={call}
          defaultSort={defaultSort}
          whenNone={
            <Text size="sm">
              Add a server with <code>ironwheel servers add NAME</code>, or enrol a worker by hand:{' '}
              <code>ironwheel token create --role worker --name NAME --expires 1h</code>
            </Text>
          }
          onOpen={(row) => void navigate({ to: findLink('worker', row.worker_id) ?? '.' })}
        />
      </div>
      <Suspense>
        <DecisionTraceExplorer />
      </Suspense>
    </Stack>
  );
}

function sumUp(workers: readonly WorkerView[]): string {
  const states = workers.map(toWorkerState);
  const running = states.filter(({ status }) => status === 'running').length;
  const waiting = states.filter(({ needsPerson }) => needsPerson).length;
  if (workers.length === 0) return '';
  return `${running} of ${workers.length} building${waiting > 0 ? `, ${waiting} ${waiting === 1 ? 'needs' : 'need'} a person` : ''}`;
}
