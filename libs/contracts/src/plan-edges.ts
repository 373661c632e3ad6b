import type { PlanDocument, PlanNode } from './plan.ts';

/** One node of a plan needs another. */
export interface PlanEdge {
  readonly from: PlanNode;
  readonly to: PlanNode;
  readonly kind: PlanNode['needs'][number]['kind'];
}

/** Plans of earlier releases name what is needed without its version: then every version of it is meant. */
export function listPlanEdges({ nodes }: Pick<PlanDocument, 'nodes'>): PlanEdge[] {
  const byName = Map.groupBy(nodes, ({ name }) => name);
  return nodes.flatMap((from) =>
    from.needs.flatMap(({ name, version, kind }) =>
      (byName.get(name) ?? [])
        .filter((to) => version === undefined || to.version === version)
        .map((to) => ({ from, to, kind })),
    ),
  );
}
