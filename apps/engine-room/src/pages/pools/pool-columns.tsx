import type { PoolView } from '@ironwheel/contracts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { FilteredLink } from './filtered-link.tsx';
import { PoolMenu } from './pool-menu.tsx';
import { describeScale } from './pool-verbs.ts';

const writeProfiles = ({ profiles }: PoolView): string =>
  Object.entries(profiles)
    .map(([host, profile]) => `${host} ${profile}`)
    .join(', ');

export const poolColumns: readonly DataColumn<PoolView>[] = [
  {
    id: 'name',
    title: 'Pool',
    width: 11,
    render: ({ name }) => <ThingLink kind="pool" id={name} isOneLine />,
    sortValue: ({ name }) => name,
    searchText: ({ name, description }) => `${name} ${description}`,
  },
  {
    id: 'default',
    title: 'Default',
    width: 6.5,
    render: ({ is_default }) => (is_default ? <StatusBadge status="active" text="default" /> : ''),
    sortValue: ({ is_default }) => (is_default ? 0 : 1),
  },
  {
    id: 'held',
    title: 'Jobs held',
    width: 11,
    render: describeScale,
    sortValue: ({ held_jobs }) => held_jobs,
  },
  {
    id: 'queued',
    title: 'Queued',
    width: 6,
    isNumber: true,
    render: ({ queued_jobs }) => queued_jobs.toLocaleString('en'),
    sortValue: ({ queued_jobs }) => queued_jobs,
  },
  {
    id: 'servers',
    title: 'Servers',
    width: 6,
    isNumber: true,
    render: ({ name, servers }) => <FilteredLink path="/servers" pool={name} count={servers} noun="server" />,
    sortValue: ({ servers }) => servers,
  },
  {
    id: 'workers',
    title: 'Workers',
    width: 6,
    isNumber: true,
    render: ({ name, workers }) => <FilteredLink path="/workers" pool={name} count={workers} noun="worker" />,
    sortValue: ({ workers }) => workers,
  },
  {
    id: 'profiles',
    title: 'Profiles',
    render: (pool) => <SafeText text={writeProfiles(pool) || 'standard for all'} max={200} isOneLine />,
    searchText: writeProfiles,
  },
  { id: 'actions', title: 'Actions', width: 6, render: (pool) => <PoolMenu pool={pool} /> },
  {
    id: 'description',
    title: 'Description',
    width: 14,
    isHidden: true,
    render: ({ description }) => <SafeText text={description} max={200} isOneLine />,
  },
  {
    id: 'created',
    title: 'Created',
    width: 8,
    isHidden: true,
    render: ({ created_at }) => <Age at={created_at} />,
    sortValue: ({ created_at }) => Date.parse(created_at),
  },
];
