import type { PlanEdge } from '@ironwheel/contracts';
import type { PlanGraph } from './plan-graph.ts';

export interface ShownEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: PlanEdge['kind'];
  /** Between them stand packages that are folded. */
  readonly isOver: boolean;
}

/** More lines than these nobody can follow. */
const mostEdges = 1_200;

/** Lines between the packages that are shown: of needs, and of ways that lead over folded packages only. */
export function listShownEdges({ byId }: PlanGraph, shown: ReadonlySet<string>): readonly ShownEdge[] {
  const direct: ShownEdge[] = [];
  const over: ShownEdge[] = [];
  for (const from of shown) {
    const reached = new Set<string>();
    const folded = new Set<string>();
    for (const { id: to, kind } of byId.get(from)?.needs ?? []) {
      if (!shown.has(to)) folded.add(to);
      else if (to !== from) {
        direct.push({ from, to, kind, isOver: false });
        reached.add(to);
      }
    }
    for (const id of folded) {
      for (const { id: to, kind } of byId.get(id)?.needs ?? []) {
        if (!shown.has(to)) folded.add(to);
        else if (!reached.has(to) && to !== from) {
          reached.add(to);
          over.push({ from, to, kind, isOver: true });
        }
      }
    }
  }
  return [...direct, ...over].slice(0, mostEdges);
}

/** How many of its needs are not shown. */
export const countFolded = ({ byId }: PlanGraph, shown: ReadonlySet<string>, id: string): number =>
  (byId.get(id)?.needs ?? []).filter((need) => !shown.has(need.id)).length;
