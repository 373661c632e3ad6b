import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { JobMenu } from '../jobs/job-menu.tsx';
import { needsPerson, type QueueRow, type QueueTab } from './queue-row.ts';

export const toActedJob = (row: Pick<QueueRow, 'jobId' | 'name' | 'version' | 'priority' | 'holdsUp'>) => ({
  jobId: row.jobId,
  title: `${row.name} ${row.version}`,
  priority: row.priority,
  holdsUp: row.holdsUp,
});

const place: DataColumn<QueueRow> = {
  id: 'place',
  title: 'Place',
  width: 4.5,
  isNumber: true,
  render: ({ place }) => place ?? '–',
  sortValue: ({ place }) => place,
};

const state: DataColumn<QueueRow> = {
  id: 'state',
  title: 'State',
  width: 7.5,
  render: ({ state }) => <StatusBadge status={state} />,
  sortValue: ({ state }) => state,
  filterWord: ({ state }) => state,
};

const wheel: DataColumn<QueueRow> = {
  id: 'wheel',
  title: 'Wheel',
  width: 13,
  render: ({ jobId, name, version }) => (
    <ThingLink kind="job" id={jobId} text={`${name} ${version}`} isOneLine />
  ),
  sortValue: ({ name }) => name,
  searchText: ({ name, version, jobId }) => `${name} ${version} ${jobId}`,
};

const target: DataColumn<QueueRow> = {
  id: 'target',
  title: 'Target',
  width: 14,
  render: ({ target }) => <SafeText text={target} isOneLine />,
  sortValue: ({ target }) => target,
  searchText: ({ target }) => target,
  filterWord: ({ target }) => target,
};

const why: DataColumn<QueueRow> = {
  id: 'why',
  title: 'Waits for',
  render: ({ block, reason }) => <SafeText text={block?.text ?? reason ?? ''} max={300} isOneLine />,
  searchText: ({ block }) => block?.text ?? '',
  sortValue: ({ block }) => block?.code ?? null,
};

const until: DataColumn<QueueRow> = {
  id: 'until',
  title: 'Until',
  width: 9.5,
  render: (row) => {
    if (row.block === null) return '–';
    if (needsPerson(row)) return <StatusBadge status="problem" text="a person acts" />;
    return <Age at={row.block.until} never={row.block.jobs.length > 0 ? 'those end' : 'one is free'} />;
  },
  sortValue: ({ block }) => {
    const until = block?.until ?? null;
    return until === null ? null : Date.parse(until);
  },
};

const holds: DataColumn<QueueRow> = {
  id: 'holds',
  title: 'Holds up',
  width: 5.5,
  isNumber: true,
  render: ({ holdsUp }) => (holdsUp === 0 ? '–' : holdsUp.toLocaleString('en')),
  sortValue: ({ holdsUp }) => holdsUp,
};

const priority: DataColumn<QueueRow> = {
  id: 'priority',
  title: 'Priority',
  width: 5,
  isNumber: true,
  render: ({ priority }) => priority,
  sortValue: ({ priority }) => priority,
};

const since: DataColumn<QueueRow> = {
  id: 'since',
  title: 'Since',
  width: 8.5,
  render: ({ since }) => <Age at={since} />,
  sortValue: ({ since }) => Date.parse(since),
};

const actions: DataColumn<QueueRow> = {
  id: 'actions',
  title: 'Actions',
  width: 6,
  render: (row) => <JobMenu job={toActedJob(row)} state={row.state} />,
};

const pool: DataColumn<QueueRow> = {
  id: 'pool',
  title: 'Pool',
  width: 8,
  isHidden: true,
  render: ({ pool }) => <ThingLink kind="pool" id={pool} isOneLine />,
  sortValue: ({ pool }) => pool,
  searchText: ({ pool }) => pool,
  filterWord: ({ pool }) => pool,
};

const hidden = (column: DataColumn<QueueRow>): DataColumn<QueueRow> => ({ ...column, isHidden: true });

/** Each tab shows first what is asked there; the rest can be chosen. */
export const columnsOfTab: Readonly<Record<QueueTab, readonly DataColumn<QueueRow>[]>> = {
  claimable: [place, wheel, target, priority, holds, since, pool, actions],
  held: [
    wheel,
    why,
    until,
    holds,
    since,
    actions,
    hidden(state),
    hidden(target),
    hidden(priority),
    hidden(place),
    hidden(pool),
  ],
  building: [state, wheel, target, holds, since, actions, hidden(priority), hidden(pool)],
};
