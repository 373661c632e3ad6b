import type { ServerView } from '@ironwheel/contracts';
import { Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { listWorkersOfServer } from '../../api/server-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { SmallTable } from '../../parts/small-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { toWorkerState } from '../workers/worker-state.ts';

/** Nobody tells of heartbeats. */
const pollMs = 10_000;

/** The workers that were enrolled for it. What is wanted of them (pause, drain, quarantine) is on their own pages. */
export function ServerWorkers({ server }: { readonly server: ServerView }): ReactElement {
  const { data, error, refetch } = useLiveQuery(listWorkersOfServer(server.server_id), {
    topics: ['workers', 'servers'],
    pollMs,
  });
  const live = data?.items.filter(({ revoked_at }) => revoked_at === null);
  const revoked = (data?.items.length ?? 0) - (live?.length ?? 0);
  return (
    <Panel title="Workers">
      {error !== null && (
        <ErrorNotice what="Reading its workers" error={error} onRetry={() => void refetch()} />
      )}
      {live === undefined ? (
        error === null && <Loader size="sm" aria-label="Reading its workers" />
      ) : live.length === 0 ? (
        <Text size="sm">No worker is enrolled for it.</Text>
      ) : (
        <SmallTable
          label="Workers of this server"
          rows={live}
          toId={({ worker_id }) => worker_id}
          columns={[
            { title: 'State', render: (worker) => <StatusBadge status={toWorkerState(worker).status} /> },
            {
              title: 'Worker',
              render: ({ worker_id, name }) => <ThingLink kind="worker" id={worker_id} text={name} />,
            },
            {
              title: 'Builds',
              render: ({ attempts, slots }) =>
                slots === null ? String(attempts.length) : `${slots.used} of ${slots.total} slots`,
            },
            { title: 'Heartbeat', render: ({ last_heartbeat_at }) => <Age at={last_heartbeat_at} /> },
            {
              title: 'Note',
              render: (worker) => {
                const { note } = toWorkerState(worker);
                return note === null ? '' : <SafeText text={note} max={300} />;
              },
            },
          ]}
        />
      )}
      {revoked > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {revoked} earlier {revoked === 1 ? 'worker was' : 'workers were'} revoked.
        </Text>
      )}
    </Panel>
  );
}
