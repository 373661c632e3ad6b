import type { WorkerView } from '@ironwheel/contracts';
import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import {
  listQueue,
  readClaimsSwitch,
  readQueueStats,
  readSummary,
  runDoctor,
} from '../../api/overview-calls.ts';
import { listServers } from '../../api/server-calls.ts';
import { listWorkers } from '../../api/worker-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { useBar } from '../../session/may.ts';
import { ClaimsControl } from './claims-control.tsx';
import { LatestChanges } from './latest-changes.tsx';
import { LatestResults } from './latest-results.tsx';
import { listNeeds, writeVerdict } from './list-needs.ts';
import { NeedList } from './need-list.tsx';
import { CountTiles } from './count-tiles.tsx';
import { toWorkerState } from '../workers/worker-state.ts';

/** Jobs that are looked through for what blocks them. */
const queueLooked = 200;

export default function OverviewPage(): ReactElement {
  const isOperator = useBar('operator') === null;
  const summary = useLiveQuery(readSummary(), { topics: ['history'], pollMs: 30_000 });
  const stats = useLiveQuery(readQueueStats(), { topics: ['jobs', 'claims'], pollMs: 15_000 });
  const queue = useLiveQuery(listQueue({ limit: queueLooked }), {
    topics: ['jobs', 'workers', 'pools', 'claims'],
    pollMs: 15_000,
  });
  const claims = useLiveQuery(readClaimsSwitch(), { topics: ['claims'] });
  const workers = useLiveList(listWorkers(), { topics: ['workers'], pollMs: 10_000 });
  const servers = useLiveQuery(listServers({ filter: 'needs_attention', limit: 50 }), {
    topics: ['servers', 'workers'],
    pollMs: 15_000,
  });
  const doctor = useLiveQuery(runDoctor(), { topics: [], pollMs: 300_000, isEnabled: isOperator });

  const answers = [summary, stats, queue, claims, workers, servers];
  if (answers.every(({ data, error }) => data === undefined && error === null)) return <PagePending />;
  const failed = answers.filter(({ error }) => error !== null);
  const needs = listNeeds({
    claims: claims.data,
    queue: queue.data?.items ?? [],
    workers: workers.data?.items ?? [],
    servers: servers.data?.items ?? [],
    doctor: doctor.data,
  });
  const isWhole = answers.every(({ data }) => data !== undefined);
  return (
    <Stack>
      <div>
        <PageHeader
          title={isWhole ? writeVerdict(needs) : 'Overview'}
          actions={<ClaimsControl claims={claims.data} waiting={stats.data?.length} />}
        />
        <Text c="dimmed">{writeState(workers.data?.items ?? [], stats.data)}</Text>
      </div>
      {failed.map(({ error, refetch }, index) => (
        <ErrorNotice key={index} what="Part of the overview" error={error} onRetry={() => void refetch()} />
      ))}
      <Panel title="What needs a person">
        <NeedList needs={needs} isWhole={isWhole} />
      </Panel>
      <CountTiles summary={summary.data} stats={stats.data} workers={workers.data?.items} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <LatestResults />
        <LatestChanges />
      </SimpleGrid>
    </Stack>
  );
}

function writeState(
  workers: readonly WorkerView[],
  stats:
    { readonly length: number; readonly by_state: Readonly<Partial<Record<string, number>>> } | undefined,
): string {
  if (stats === undefined) return '';
  const states = workers.map((worker) => toWorkerState(worker).status);
  const running = stats.by_state['running'] ?? 0;
  const live = states.filter((status) => status === 'running' || status === 'idle').length;
  return `${running} ${running === 1 ? 'job is' : 'jobs are'} being built, ${stats.length} can be taken; ${live} of ${workers.length} workers take work.`;
}
