import type { WorkerView } from '@ironwheel/contracts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { ServerCell } from './server-cell.tsx';
import { WorkerMenu } from './worker-menu.tsx';
import { toWorkerState } from './worker-state.ts';

/** What needs a person stands first when sorted by state. */
const urgency = (worker: WorkerView): string => {
  const { needsPerson, status } = toWorkerState(worker);
  return `${needsPerson ? 0 : status === 'revoked' ? 2 : 1} ${status}`;
};

export const workerColumns: readonly DataColumn<WorkerView>[] = [
  {
    id: 'state',
    title: 'State',
    width: 8.5,
    render: (worker) => <StatusBadge status={toWorkerState(worker).status} />,
    sortValue: urgency,
    filterWord: (worker) => toWorkerState(worker).status,
  },
  {
    id: 'name',
    title: 'Worker',
    width: 12,
    render: (worker) => <ThingLink kind="worker" id={worker.worker_id} text={worker.name} isOneLine />,
    sortValue: ({ name }) => name,
    searchText: ({ name, worker_id, hostname }) => `${name} ${worker_id} ${hostname}`,
  },
  {
    id: 'pool',
    title: 'Pool',
    width: 7,
    render: ({ pool }) => <ThingLink kind="pool" id={pool} isOneLine />,
    sortValue: ({ pool }) => pool,
    searchText: ({ pool }) => pool,
    filterWord: ({ pool }) => pool,
  },
  {
    id: 'slots',
    title: 'Slots',
    width: 5,
    isNumber: true,
    render: ({ slots }) => (slots === null ? '–' : `${slots.used}/${slots.total}`),
    sortValue: ({ slots }) => slots?.used ?? null,
  },
  {
    id: 'doing',
    title: 'Does',
    width: 7,
    render: (worker) => describeWork(worker),
    searchText: ({ attempts }) => attempts.map(({ attempt_id }) => attempt_id).join(' '),
  },
  {
    id: 'heartbeat',
    title: 'Heartbeat',
    width: 8,
    render: ({ last_heartbeat_at }) => <Age at={last_heartbeat_at} />,
    sortValue: ({ last_heartbeat_at }) => (last_heartbeat_at === null ? null : Date.parse(last_heartbeat_at)),
  },
  {
    id: 'note',
    title: 'Note',
    render: (worker) => {
      const { note } = toWorkerState(worker);
      return note === null ? '' : <SafeText text={note} max={200} isOneLine />;
    },
    searchText: (worker) => toWorkerState(worker).note ?? '',
  },
  {
    id: 'server',
    title: 'Server',
    width: 10,
    render: (worker) => <ServerCell worker={worker} />,
    filterWord: ({ runtime_match }) => runtime_match,
  },
  {
    id: 'actions',
    title: 'Actions',
    width: 6,
    render: (worker) => <WorkerMenu worker={worker} />,
  },
  {
    id: 'host',
    title: 'Host',
    width: 12,
    isHidden: true,
    render: ({ hostname }) => <SafeText text={hostname} isOneLine />,
    sortValue: ({ hostname }) => hostname,
  },
  {
    id: 'version',
    title: 'Version',
    width: 7,
    isHidden: true,
    render: ({ version }) => <SafeText text={version} isOneLine />,
    sortValue: ({ version }) => version,
  },
  {
    id: 'runner',
    title: 'Runner',
    width: 7,
    isHidden: true,
    render: ({ capabilities }) => <SafeText text={capabilities?.runner ?? '–'} isOneLine />,
    sortValue: ({ capabilities }) => capabilities?.runner ?? null,
  },
  {
    id: 'targets',
    title: 'Targets',
    width: 16,
    isHidden: true,
    render: ({ capabilities }) => <SafeText text={toTargets(capabilities)} isOneLine />,
    searchText: ({ capabilities }) => toTargets(capabilities),
  },
];

export const toTargets = (capabilities: WorkerView['capabilities']): string =>
  capabilities === null
    ? '–'
    : `${capabilities.python_tags.join(' ')} on ${capabilities.platform_tags.join(' ')}`;

function describeWork({ attempts }: WorkerView): string {
  const [first] = attempts;
  if (first === undefined) return '–';
  return attempts.length === 1 ? (first.phase ?? 'begins') : `${attempts.length} builds`;
}
