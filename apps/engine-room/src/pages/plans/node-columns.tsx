import { Anchor } from '@mantine/core';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { listMarks } from './model/list-marks.ts';
import type { NodeState } from './model/node-state.ts';
import type { GraphNode } from './model/plan-graph.ts';

/** A package of the plan, as the list shows it. */
export interface NodeRow extends GraphNode {
  readonly state: NodeState;
  readonly held: number;
  readonly isCritical: boolean;
  readonly isInCircle: boolean;
}

const roleOf = ({ node }: NodeRow): string => node.roles?.join(' and ') ?? '';

/** `onChoose` shows why a package is here. */
export const toNodeColumns = (onChoose: (id: string) => void): readonly DataColumn<NodeRow>[] => [
  {
    id: 'order',
    title: 'Order',
    width: 3.6,
    isNumber: true,
    render: ({ order }) => order.toLocaleString('en'),
    sortValue: ({ order }) => order,
  },
  {
    id: 'name',
    title: 'Package',
    width: 10,
    render: ({ node }) => <ThingLink kind="package" id={node.name} isOneLine />,
    sortValue: ({ node }) => node.name,
    searchText: ({ id }) => id,
  },
  {
    id: 'version',
    title: 'Version',
    width: 5,
    render: ({ node }) => <SafeText text={node.version} isOneLine />,
    sortValue: ({ node }) => node.version,
  },
  {
    id: 'verdict',
    title: 'Verdict',
    width: 4.6,
    render: ({ node }) => node.verdict,
    sortValue: ({ node }) => node.verdict,
    filterWord: ({ node }) => node.verdict,
  },
  {
    id: 'state',
    title: 'State',
    width: 7.6,
    render: ({ state }) => <StatusBadge status={state.status} />,
    sortValue: ({ state }) => state.status,
    filterWord: ({ state }) => state.status,
  },
  {
    id: 'reason',
    title: 'Because',
    render: ({ node }) => <SafeText text={node.reason.text} max={300} isOneLine />,
    searchText: ({ node }) => `${node.reason.text} ${node.reason.code}`,
  },
  {
    id: 'needed',
    title: 'Needed by',
    width: 7.5,
    render: ({ neededBy }) =>
      neededBy.length > 1 ? (
        `${neededBy.length.toLocaleString('en')} packages`
      ) : (
        <SafeText text={neededBy[0]?.id ?? '–'} isOneLine />
      ),
    sortValue: ({ neededBy }) => neededBy.length,
  },
  {
    id: 'held',
    title: 'Holds up',
    width: 5.3,
    isNumber: true,
    render: ({ held }) => (held === 0 ? '–' : held.toLocaleString('en')),
    sortValue: ({ held }) => held,
  },
  {
    id: 'marks',
    title: 'Marks',
    width: 6.6,
    render: (row) => listMarks(row) || '–',
    sortValue: listMarks,
    filterWord: (row) => listMarks(row) || 'none',
  },
  {
    id: 'job',
    title: 'Job',
    width: 3.2,
    render: ({ state }) =>
      state.jobId === null ? '–' : <ThingLink kind="job" id={state.jobId} text="Job" />,
  },
  {
    id: 'why',
    title: 'Why',
    width: 3.2,
    render: ({ id }) => (
      <Anchor
        component="button"
        type="button"
        inherit
        aria-label={`Why ${nameHidden(id)}`}
        onClick={() => onChoose(id)}
      >
        Why
      </Anchor>
    ),
  },
  {
    id: 'role',
    title: 'For',
    width: 7,
    isHidden: true,
    render: (row) => roleOf(row) || '–',
    sortValue: roleOf,
    filterWord: (row) => roleOf(row) || 'unknown',
  },
  {
    id: 'file',
    title: 'File',
    width: 14,
    isHidden: true,
    render: ({ node }) => <SafeText text={node.source?.filename ?? '–'} isOneLine />,
    searchText: ({ node }) => node.source?.filename ?? '',
  },
];
