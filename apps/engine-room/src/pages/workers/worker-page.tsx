import type { WorkerView } from '@ironwheel/contracts';
import { List, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { getWorker } from '../../api/worker-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ActivityTrail } from '../../parts/activity-trail.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { DecisionTraceExplorer } from './decision-trace-explorer.tsx';
import { ServerCell } from './server-cell.tsx';
import { WorkerActions } from './worker-actions.tsx';
import { toTargets } from './worker-columns.tsx';
import { toWorkerState } from './worker-state.ts';

export default function WorkerPage(): ReactElement {
  const { workerId = '' }: { workerId?: string } = useParams({ strict: false });
  const { data, error, refetch } = useLiveQuery(getWorker(workerId), {
    topics: ['workers'],
    id: workerId,
    pollMs: 10_000,
  });
  if (data === undefined) {
    if (error === null) return <PagePending />;
    return (
      <>
        <PageHeader title="Worker" />
        <ErrorNotice what="Reading the worker" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return <WorkerDetails worker={data} error={error} onRetry={() => void refetch()} />;
}

interface Props {
  readonly worker: WorkerView;
  readonly error: unknown;
  readonly onRetry: () => void;
}

function WorkerDetails({ worker, error, onRetry }: Props): ReactElement {
  const { status, note } = toWorkerState(worker);
  return (
    <Stack>
      <div>
        <PageHeader
          title={<SafeText text={worker.name} max={120} />}
          aside={<StatusBadge status={status} />}
          actions={<WorkerActions worker={worker} />}
        />
        {error !== null && <ErrorNotice what="Reading the worker again" error={error} onRetry={onRetry} />}
        {note !== null && (
          <Text>
            <SafeText text={note} />
          </Text>
        )}
      </div>
      <Panel title="What is wanted of it">
        <Facts facts={listIntent(worker)} />
      </Panel>
      <Panel title="What it builds">
        <HeldAttempts worker={worker} />
      </Panel>
      <Panel title="Facts" aside={<CopyButton text={worker.worker_id} label="Copy id" />}>
        <Facts
          facts={[
            ['Id', <code key="id">{worker.worker_id}</code>],
            ['Pool', <ThingLink key="pool" kind="pool" id={worker.pool} />],
            ['Heartbeat', <Age key="beat" at={worker.last_heartbeat_at} />],
            ['Host', <SafeText key="host" text={worker.hostname} />],
            ['Address', worker.remote_addr],
            ['Version', <SafeText key="version" text={worker.version} />],
            [
              'Runner',
              worker.capabilities === null ? null : (
                <SafeText key="runner" text={worker.capabilities.runner} />
              ),
            ],
            ['Builds for', <SafeText key="targets" text={toTargets(worker.capabilities)} />],
            ['Enrolled', <Time key="enrolled" at={worker.enrolled_at} />],
            ['Server', <ServerCell key="server" worker={worker} />],
            [
              'Match',
              worker.match_reason === null ? null : <SafeText key="match" text={worker.match_reason} />,
            ],
          ]}
        />
        {worker.problems.length > 0 && (
          <List mt="sm">
            {worker.problems.map(({ code, text }) => (
              <List.Item key={code}>
                <StatusBadge status="problem" text={code} /> <SafeText text={text} />
              </List.Item>
            ))}
          </List>
        )}
      </Panel>
      <ActivityTrail subject={worker.worker_id} topic="workers" />
      <DecisionTraceExplorer />
    </Stack>
  );
}

function listIntent({ desired, desired_state, drain, quarantine }: WorkerView) {
  const quarantineEnd = quarantine?.until ?? null;
  return [
    ['State', <StatusBadge key="state" status={desired_state} />],
    ['Reason', desired.reason === null ? null : <SafeText key="reason" text={desired.reason} />],
    ['By', desired.by === null ? null : <SafeText key="by" text={desired.by} />],
    ['Since', desired.at === null ? null : <Age key="since" at={desired.at} />],
    ['Until', desired.until === null ? null : <Time key="until" at={desired.until} />],
    ['Drain', drain === null ? null : describeDrain(drain)],
    [
      'Quarantine',
      quarantine === null ? 'no' : <SafeText key="q" text={`${quarantine.kind}: ${quarantine.reason}`} />,
    ],
    ['Quarantined until', quarantineEnd === null ? null : <Time key="quntil" at={quarantineEnd} />],
  ] as const;
}

const describeDrain = (drain: NonNullable<WorkerView['drain']>): string =>
  drain.drained
    ? 'nothing is left'
    : `${drain.overdue ? 'overdue, ' : ''}waits for ${drain.blockers.length === 1 ? 'one build' : `${drain.blockers.length} builds`}`;

function HeldAttempts({ worker }: { readonly worker: WorkerView }): ReactElement {
  if (worker.attempts.length === 0) return <Text size="sm">Nothing at the moment.</Text>;
  return (
    <List>
      {worker.attempts.map(({ attempt_id, phase }) => (
        <List.Item key={attempt_id}>
          <StatusBadge status="running" text={phase ?? 'begins'} />{' '}
          <ThingLink kind="attempt" id={attempt_id} />
        </List.Item>
      ))}
    </List>
  );
}
