import type { PlanNode } from '@ironwheel/contracts';
import { buildPlanGraph, type PlanGraph } from './plan-graph.ts';
import { toNodeStates, type NodeStates } from './node-state.ts';

export interface FixtureNode {
  readonly name: string;
  readonly verdict?: PlanNode['verdict'];
  /** Names; with a `!` before it, to be built. */
  readonly needs?: readonly string[];
  readonly path?: readonly string[];
  readonly state?: string;
}

export interface GraphFixture {
  readonly graph: PlanGraph;
  readonly states: NodeStates;
}

/** A plan of few words: all is version 1.0 and to be built. */
export function fixGraph(...given: readonly FixtureNode[]): GraphFixture {
  const nodes = given.map(({ name, verdict = 'build', needs = [], path }): PlanNode => ({
    name,
    version: '1.0',
    python_version: '3.12',
    python_tag: 'cp312',
    platform_tag: 'manylinux_2_28_s390x',
    verdict,
    reason: { code: 'no_wheel', text: 'There is no wheel.' },
    requested_by: [],
    needs: needs.map((need) => ({
      name: need.replace('!', ''),
      version: '1.0',
      kind: need.startsWith('!') ? 'build-system' : 'install',
    })),
    ...(path === undefined ? {} : { path: [...path] }),
  }));
  const graph = buildPlanGraph({ nodes, plan: [] });
  const jobs = given.flatMap(({ name, state }) =>
    state === undefined ? [] : [{ job_id: `job_${name}`, name, version: '1.0', state }],
  );
  return { graph, states: toNodeStates(graph.nodes, jobs) };
}
