import type { PlanNode, PlanView } from '@ironwheel/contracts';
import { isOpen, type NodeStates } from './node-state.ts';
import type { PlanGraph } from './plan-graph.ts';

export interface PlannedInstall {
  /** `name[extra]==version` of what was asked for. */
  readonly pins: readonly string[];
  /** Packages that are to be installed, and how many of them are not there yet. */
  readonly wanted: number;
  readonly left: number;
  /** Wheels that stay with another index. */
  readonly fromIndex: number;
}

const toPin = ({ name, version, extras = [] }: PlanNode): string =>
  `${name}${extras.length === 0 ? '' : `[${extras.join(',')}]`}==${version}`;

/** What a plan is for; null where something of it cannot be had, or nothing is to be installed. */
export function findInstall({
  plan,
  graph,
  states,
}: {
  readonly plan: Pick<PlanView, 'missing_requirements'>;
  readonly graph: PlanGraph;
  readonly states: NodeStates;
}): PlannedInstall | null {
  const installed = graph.nodes.filter(({ node }) => node.roles?.includes('install') ?? false);
  const pins = installed.filter(({ node }) => node.path?.length === 1).map(({ node }) => toPin(node));
  if (pins.length === 0 || plan.missing_requirements.length > 0) return null;
  return {
    pins,
    wanted: installed.length,
    left: installed.filter(({ id }) => isOpen(states, id)).length,
    fromIndex: installed.filter(({ node }) => node.verdict === 'reuse' && node.source?.origin === 'index')
      .length,
  };
}
