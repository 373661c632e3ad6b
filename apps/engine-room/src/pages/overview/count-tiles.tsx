import type { summarySchema, queueStatsSchema, WorkerView } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { writeAge } from '../../parts/write-time.ts';
import { toWorkerState } from '../workers/worker-state.ts';
import classes from './overview.module.css';

interface Props {
  readonly summary: z.output<typeof summarySchema> | undefined;
  readonly stats: z.output<typeof queueStatsSchema> | undefined;
  readonly workers: readonly WorkerView[] | undefined;
}

type Counts = readonly (readonly [status: string, count: number])[];

/** Throughput, queue and workers: how many of what. */
export function CountTiles({ summary, stats, workers }: Props): ReactElement {
  const results = Object.entries(summary?.status_counts ?? {});
  const jobs = Object.entries(stats?.by_state ?? {}).filter(([status]) => !ended.has(status));
  const oldestS = stats?.oldest_age_s ?? null;
  return (
    <div className={classes.tiles}>
      <Panel title="Results of the last 24 hours">
        <CountList counts={results} none="Nothing has ended." />
      </Panel>
      <Panel
        title="Jobs that are open"
        aside={
          oldestS === null ? null : <span className={classes.aside}>oldest {writeAge(oldestS * 1000)}</span>
        }
      >
        <CountList counts={jobs} none="None." />
      </Panel>
      <Panel title="Workers">
        <CountList counts={countStates(workers ?? [])} none="None are enrolled." />
      </Panel>
    </div>
  );
}

const ended = new Set(['succeeded', 'failed', 'cancelled']);

function countStates(workers: readonly WorkerView[]): Counts {
  const counts = new Map<string, number>();
  for (const worker of workers) {
    const { status } = toWorkerState(worker);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts];
}

function CountList({ counts, none }: { readonly counts: Counts; readonly none: string }): ReactElement {
  const shown = counts.filter(([, count]) => count > 0).sort(([, left], [, right]) => right - left);
  if (shown.length === 0) return <p className={classes.none}>{none}</p>;
  return (
    <ul className={classes.counts}>
      {shown.map(([status, count]) => (
        <li key={status}>
          <span className={classes.number}>{count.toLocaleString('en')}</span>
          <StatusBadge status={status} />
        </li>
      ))}
    </ul>
  );
}
