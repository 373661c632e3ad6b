import { Text } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import { getPlan } from '../../api/plan-calls.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { toNodeColumns, type NodeRow } from './node-columns.tsx';
import type { LivePlan, PlanAnswer } from './use-plan.ts';

interface Props {
  readonly live: LivePlan;
  /** Stable. */
  readonly onChoose: (id: string) => void;
  readonly refetch: PlanAnswer['refetch'];
}

const toId = ({ id }: NodeRow): string => id;
const toLabel = ({ id }: NodeRow): string => `Show why ${nameHidden(id)} is in the plan`;
const unknown = { status: 'unknown', jobId: null, stage: 'open' } as const;

/** Every package of the plan, in the order in which they can be had; also for those who do not see the graph. */
export default function NodeTable({ live, onChoose, refetch }: Props): ReactElement {
  const { plan, graph, states, held, critical } = live;
  const rows = useMemo(() => {
    const onPath = new Set(critical);
    return graph.nodes.map((one) => ({
      ...one,
      state: states.get(one.id) ?? unknown,
      held: held.get(one.id) ?? 0,
      isCritical: onPath.has(one.id),
      isInCircle: graph.inCircle.has(one.id),
    }));
  }, [graph, states, held, critical]);
  const columns = useMemo(() => toNodeColumns(onChoose), [onChoose]);
  return (
    <DataTable
      what="packages of the plan"
      columns={columns}
      rows={rows}
      toId={toId}
      toLabel={toLabel}
      answer={{ error: null, isPending: false, refetch }}
      call={getPlan(plan.run_id)}
      onOpen={({ id }) => onChoose(id)}
      whenNone={<Text size="sm">Nothing has to be installed or built.</Text>}
    />
  );
}
