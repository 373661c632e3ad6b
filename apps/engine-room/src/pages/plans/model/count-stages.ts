import type { PlanView } from '@ironwheel/contracts';
import { stageOf, type NodeStates } from './node-state.ts';
import type { PlanGraph } from './plan-graph.ts';

export interface StageCount {
  /** For `StatusBadge`. */
  readonly status: string;
  readonly text: string;
  readonly count: number;
}

interface Counted {
  readonly plan: Pick<PlanView, 'missing_requirements'>;
  readonly graph: PlanGraph;
  readonly states: NodeStates;
}

/** Packages by verdict; those to build once more by how it goes. What nobody is in is left out, but for the verdicts. */
export function countStages({ plan, graph, states }: Counted): readonly StageCount[] {
  const builds = graph.nodes.filter(({ node }) => node.verdict === 'build');
  const ofVerdict = (verdict: string): number =>
    graph.nodes.filter(({ node }) => node.verdict === verdict).length;
  const ofStage = (stage: string): number => builds.filter(({ id }) => stageOf(states, id) === stage).length;
  const always = [
    { status: 'planned', text: 'to build', count: builds.length },
    { status: 'reused', text: 'reused', count: ofVerdict('reuse') },
    // Of some nobody knows a version, and they are no nodes.
    { status: 'missing', text: 'missing', count: plan.missing_requirements.length },
  ];
  const some = [
    { status: 'skipped', text: 'left out', count: ofVerdict('skip') },
    { status: 'built', text: 'built', count: ofStage('done') },
    { status: 'running', text: 'in the hands of workers', count: ofStage('going') },
    { status: 'blocked', text: 'held up', count: ofStage('stuck') },
    { status: 'failed', text: 'failed or out of reach', count: ofStage('failed') },
  ];
  return [...always, ...some.filter(({ count }) => count > 0)];
}
