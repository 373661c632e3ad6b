import { useMemo } from 'react';
import { listJobs } from '../../api/job-calls.ts';
import { listQueue, readQueueStats } from '../../api/overview-calls.ts';
import { readWholeList, useLiveList } from '../../live/use-live-list.ts';
import { useLiveQuery, useLiveRead } from '../../live/use-live-query.ts';
import {
  chooseRows,
  countTabs,
  fromJob,
  fromQueueItem,
  statesOfTab,
  type QueueRow,
  type QueueTab,
} from './queue-row.ts';

/** So many of each list: who waits behind them is told by the counts. */
const most = 2_000;
const topics = ['jobs', 'claims', 'workers', 'pools'] as const;

export interface QueueAnswer {
  readonly rows: readonly QueueRow[] | undefined;
  /** How many each tab has, also of those that are not shown. */
  readonly counts: Readonly<Record<QueueTab, number>> | undefined;
  readonly isCut: boolean;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** The jobs of one tab, and how many there are in each state. */
export function useQueue(tab: QueueTab): QueueAnswer {
  const stats = useLiveQuery(readQueueStats(), { topics });
  const queue = useLiveList(listQueue({}), { topics, most, pollMs: 15_000 });
  const states = statesOfTab[tab];
  const jobs = useLiveRead(
    ['queue', 'jobs', tab],
    async (signal) => {
      const lists = await Promise.all(
        states.map((state) => readWholeList(listJobs({ state }), signal, most)),
      );
      return {
        rows: lists.flatMap(({ items }) => items.map(fromJob)),
        isCut: lists.some(({ isCut }) => isCut),
      };
    },
    { topics, pollMs: 15_000 },
  );
  const queued = useMemo(() => queue.data?.items.map(fromQueueItem), [queue.data]);
  const others = jobs.data?.rows;
  const rows = useMemo(
    () => (others === undefined || queued === undefined ? undefined : chooseRows(tab, queued, others)),
    [tab, queued, others],
  );
  const byState = stats.data?.by_state;
  const counts = useMemo(
    () => (queued === undefined || byState === undefined ? undefined : countTabs(queued, byState)),
    [queued, byState],
  );
  return {
    rows,
    counts,
    isCut: (queue.data?.isCut ?? false) || (jobs.data?.isCut ?? false),
    error: queue.error ?? jobs.error ?? stats.error,
    isPending: rows === undefined,
    refetch: () => Promise.all([queue.refetch(), jobs.refetch(), stats.refetch()]),
  };
}
