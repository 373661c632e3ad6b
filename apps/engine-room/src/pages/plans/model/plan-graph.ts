import {
  findComponents,
  listPlanEdges,
  type PlanEdge,
  type PlanNode,
  type PlanView,
} from '@ironwheel/contracts';

/** A package of a plan, with those that it needs and that need it. */
export interface GraphNode {
  /** `name version`, which a plan has once. */
  readonly id: string;
  readonly node: PlanNode;
  /** From 1: what is needed first comes first. */
  readonly order: number;
  readonly needs: readonly Neighbour[];
  readonly neededBy: readonly Neighbour[];
}

export interface Neighbour {
  readonly id: string;
  readonly kind: PlanEdge['kind'];
}

export interface PlanGraph {
  readonly nodes: readonly GraphNode[];
  readonly byId: ReadonlyMap<string, GraphNode>;
  /** Sets of packages that need each other, the needed ones first; of most packages, one alone. */
  readonly components: readonly (readonly GraphNode[])[];
  /** Ids of packages that need themselves over others. */
  readonly inCircle: ReadonlySet<string>;
}

export const toNodeId = ({ name, version }: Pick<PlanNode, 'name' | 'version'>): string =>
  `${name} ${version}`;

/** The nodes of a plan; a snapshot that another program made has no edges and says little of each. */
export function listPlanNodes(plan: Pick<PlanView, 'nodes' | 'plan'>): readonly PlanNode[] {
  if (plan.nodes.length > 0) return plan.nodes;
  return plan.plan.map(({ action, python_version: python = '', ...rest }) => ({
    ...rest,
    python_version: python,
    verdict: action,
    reason: { code: 'snapshot', text: 'It stands so in a snapshot of another program.' },
    requested_by: [],
    needs: [],
  }));
}

/** Nodes stand in a plan in the order in which they can be had. */
export function buildPlanGraph(plan: Pick<PlanView, 'nodes' | 'plan'>): PlanGraph {
  const planned = listPlanNodes(plan);
  const needs = new Map<string, Neighbour[]>();
  const neededBy = new Map<string, Neighbour[]>();
  for (const { from, to, kind } of listPlanEdges({ nodes: [...planned] })) {
    addTo(needs, toNodeId(from), { id: toNodeId(to), kind });
    addTo(neededBy, toNodeId(to), { id: toNodeId(from), kind });
  }
  const nodes = planned.map((node, index): GraphNode => {
    const id = toNodeId(node);
    return { id, node, order: index + 1, needs: needs.get(id) ?? [], neededBy: neededBy.get(id) ?? [] };
  });
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const components = findComponents(nodes, (one) => one.needs.flatMap(({ id }) => byId.get(id) ?? []));
  const isCircle = (members: readonly GraphNode[]): boolean =>
    members.length > 1 || members.some(({ id, needs: own }) => own.some((need) => need.id === id));
  const inCircle = new Set(components.filter(isCircle).flatMap((members) => members.map(({ id }) => id)));
  return { nodes, byId, components, inCircle };
}

function addTo(map: Map<string, Neighbour[]>, id: string, neighbour: Neighbour): void {
  const known = map.get(id);
  if (known === undefined) map.set(id, [neighbour]);
  // Needed to be installed and to build something: one line between two packages.
  else if (!known.some((one) => one.id === neighbour.id)) known.push(neighbour);
}
