import type { PlanView } from '@ironwheel/contracts';
import { useMemo } from 'react';
import { getPlan, getPlanProgress } from '../../api/plan-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { countHeld } from './model/count-held.ts';
import { findCriticalPath } from './model/critical-path.ts';
import { toNodeStates, type NodeStates } from './model/node-state.ts';
import { buildPlanGraph, type PlanGraph } from './model/plan-graph.ts';

/** A plan as it was made, and how it stands now. */
export interface LivePlan {
  readonly plan: PlanView;
  readonly graph: PlanGraph;
  readonly states: NodeStates;
  readonly held: ReadonlyMap<string, number>;
  /** Ids, the one that comes last first. */
  readonly critical: readonly string[];
}

export interface PlanAnswer {
  readonly live: LivePlan | null;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** What was planned never changes; only how its jobs stand is asked for again and again. */
export function usePlan(runId: string): PlanAnswer {
  const made = useLiveQuery(getPlan(runId), { topics: [] });
  const progress = useLiveQuery(getPlanProgress(runId), { topics: ['plans', 'jobs'], pollMs: 30_000 });
  const plan = made.data;
  const now = progress.data;
  const { nodes, plan: wheels } = plan ?? {};
  // These stay the same objects when the plan is read again with other jobs; so does what is drawn of them.
  const graph = useMemo(
    () => (nodes === undefined || wheels === undefined ? null : buildPlanGraph({ nodes, plan: wheels })),
    [nodes, wheels],
  );
  const jobs = now?.jobs ?? plan?.jobs;
  const live = useMemo(() => {
    if (plan === undefined || graph === null || jobs === undefined) return null;
    const states = toNodeStates(graph.nodes, jobs);
    return {
      plan: { ...plan, ...now },
      graph,
      states,
      held: countHeld(graph, states),
      critical: findCriticalPath(graph, states),
    };
  }, [plan, graph, jobs, now]);
  return {
    live,
    error: made.error ?? progress.error,
    refetch: () => Promise.all([made.refetch(), progress.refetch()]),
  };
}
