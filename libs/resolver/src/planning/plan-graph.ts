import { type needKinds, type nodeRoles, type PlanVerdict } from '@ironwheel/contracts';
import { type Missing } from '../solving/solver-types.ts';
import { type PlanRelease } from './judge-release.ts';

export type NeedKind = (typeof needKinds)[number];
export type NodeRole = (typeof nodeRoles)[number];

export interface GraphEdge {
  readonly to: GraphNode;
  readonly kind: NeedKind;
}

/** A release in the plan. One project may stand there with several versions, each with a role of its own. */
export class GraphNode {
  readonly name: string;
  readonly version: string;
  /** Null: only the version is known, from a pin. */
  readonly planned: PlanRelease | null;
  #missing: Missing | null;
  readonly roles = new Set<NodeRole>();
  readonly extras = new Set<string>();
  /** Who wants it, in words for people, in order. */
  readonly requestedBy = new Set<string>();
  /** Labels of the user's lines that name it. */
  readonly rootLabels = new Set<string>();
  /** Labels of locks that list it only because something else needs it. */
  readonly listedLabels = new Set<string>();
  readonly notes: string[] = [];
  readonly #edges = new Map<string, GraphEdge>();

  constructor(name: string, version: string, planned: PlanRelease | null, missing: Missing | null) {
    this.name = name;
    this.version = version;
    this.planned = planned;
    this.#missing = missing;
  }

  get missing(): Missing | null {
    return this.#missing;
  }

  /** It turns out that it cannot be built. */
  fail(missing: Missing): void {
    this.#missing = missing;
  }

  get key(): string {
    return toNodeKey(this.name, this.version);
  }

  get verdict(): PlanVerdict {
    return this.missing === null ? (this.planned?.choice?.verdict ?? 'missing') : 'missing';
  }

  /** In the order of kinds and names. */
  get edges(): readonly GraphEdge[] {
    return [...this.#edges.values()].sort(
      (left, right) => compareTexts(left.kind, right.kind) || compareNodes(left.to, right.to),
    );
  }

  addEdge(to: GraphNode, kind: NeedKind): void {
    this.#edges.set(`${kind} ${to.key}`, { to, kind });
  }
}

export const toNodeKey = (name: string, version: string): string => `${name} ${version}`;

/** By code unit: the same on every machine, whatever its language. */
export const compareTexts = (left: string, right: string): number =>
  left === right ? 0 : left < right ? -1 : 1;

export const compareNodes = (left: GraphNode, right: GraphNode): number =>
  compareTexts(left.name, right.name) || compareTexts(left.version, right.version);

/** What cannot be planned as a node, because nothing tells its version. */
export interface UnknownPackage {
  readonly name: string;
  readonly missing: Missing;
  readonly requestedBy: readonly string[];
}

export class PlanGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly unknown: UnknownPackage[] = [];

  /** Sorted by name and version. */
  get nodes(): GraphNode[] {
    return [...this.#nodes.values()].sort(compareNodes);
  }

  get size(): number {
    return this.#nodes.size;
  }

  find(name: string, version: string): GraphNode | undefined {
    return this.#nodes.get(toNodeKey(name, version));
  }

  /** The node of that release; who comes first decides how it is had. */
  getOrAdd(node: GraphNode): GraphNode {
    const known = this.#nodes.get(node.key);
    if (known !== undefined) return known;
    this.#nodes.set(node.key, node);
    return node;
  }
}

/** All that must be installed for these to work: they themselves, and what they need at any distance. */
export const listInstalled = (roots: readonly GraphNode[]): Set<GraphNode> => {
  const seen = new Set(roots);
  for (const node of seen) {
    for (const { to, kind } of node.edges) if (kind === 'install') seen.add(to);
  }
  return seen;
};

/** What must be built before this node can be: everything to build in its build environment. */
export const listBuildNeeds = (node: GraphNode): GraphNode[] => {
  if (node.verdict !== 'build') return [];
  const roots = node.edges.filter(({ kind }) => kind !== 'install').map(({ to }) => to);
  return [...listInstalled(roots)].filter(({ verdict }) => verdict === 'build').sort(compareNodes);
};
