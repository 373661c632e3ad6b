import type { PlanListItem } from '@ironwheel/contracts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { countProgress } from './model/count-progress.ts';
import { WheelCounts } from './wheel-counts.tsx';

const targetOf = ({ python_tag: python, platform_tag: platform }: PlanListItem): string =>
  [python, platform].filter((tag) => tag !== null).join(' ') || 'unknown';

/** What was asked for, in one line. */
export function writeAsked({
  asked_for: asked = [],
  asked_count: count = 0,
  nodes,
  missing,
}: Pick<PlanListItem, 'asked_for' | 'asked_count' | 'nodes' | 'missing'>): string {
  if (asked.length === 0) {
    if (nodes > 0) return 'a snapshot of another program';
    return missing > 0 ? 'nothing that can be had' : 'nothing';
  }
  const more = count - asked.length;
  return asked.join(', ') + (more > 0 ? ` and ${more.toLocaleString('en')} more` : '');
}

const number = (
  id: string,
  title: string,
  toCount: (plan: PlanListItem) => number,
): DataColumn<PlanListItem> => ({
  id,
  title,
  width: 4.6,
  isNumber: true,
  render: (plan) => toCount(plan).toLocaleString('en'),
  sortValue: toCount,
});

export const planColumns: readonly DataColumn<PlanListItem>[] = [
  {
    id: 'state',
    title: 'State',
    width: 7.4,
    render: ({ state }) => <StatusBadge status={state} />,
    sortValue: ({ state }) => state,
    filterWord: ({ state }) => state,
  },
  {
    id: 'asked',
    title: 'Asked for',
    render: (plan) => <ThingLink kind="run" id={plan.run_id} text={writeAsked(plan)} isOneLine />,
    sortValue: writeAsked,
    searchText: (plan) => `${writeAsked(plan)} ${plan.run_id}`,
  },
  {
    id: 'target',
    title: 'Target',
    width: 12.5,
    render: (plan) => <SafeText text={targetOf(plan)} isOneLine />,
    sortValue: targetOf,
    filterWord: targetOf,
  },
  number('build', 'Build', ({ to_build: count }) => count),
  number('reuse', 'Reuse', ({ reuse }) => reuse),
  number('missing', 'Missing', ({ missing }) => missing),
  {
    id: 'progress',
    title: 'Wheels',
    width: 9.2,
    render: (plan) => <WheelCounts progress={countProgress(plan)} />,
    sortValue: (plan) => countProgress(plan).failed,
  },
  {
    id: 'made',
    title: 'Made',
    width: 7,
    render: ({ created_at: at }) => <Age at={at} />,
    sortValue: ({ created_at: at }) => Date.parse(at),
  },
  {
    id: 'by',
    title: 'By',
    width: 5.5,
    render: ({ created_by: by }) => <SafeText text={by} isOneLine />,
    sortValue: ({ created_by: by }) => by,
    searchText: ({ created_by: by }) => by,
  },
  {
    id: 'run',
    title: 'Run',
    width: 12,
    isHidden: true,
    render: ({ run_id: id }) => <ThingLink kind="run" id={id} isOneLine />,
    sortValue: ({ run_id: id }) => id,
  },
];
