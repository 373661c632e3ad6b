import { type PlanDocument, type PlanNode } from '@ironwheel/contracts';
import { findPaths } from './find-paths.ts';
import { orderNodes } from './order-nodes.ts';
import { type PlanContext } from './plan-context.ts';
import { compareTexts, type GraphNode, type PlanGraph } from './plan-graph.ts';
import { toNode } from './plan-node.ts';
import { isInSnapshot, toSnapshotNode } from './snapshot.ts';

export interface PlannedGraph {
  readonly graph: PlanGraph;
  readonly notes: readonly string[];
  /** Circles that an explicit choice has broken. */
  readonly brokenCircles: readonly (readonly GraphNode[])[];
}

const mostAskers = 5;

const listAskers = (requestedBy: readonly string[]): string => {
  const askers = requestedBy.filter((text) => !text.startsWith('constraint '));
  const more = askers.length > mostAskers ? [`and ${askers.length - mostAskers} more`] : [];
  return [...askers.slice(0, mostAskers), ...more].join('; ');
};

const listMissing = (nodes: readonly PlanNode[], graph: PlanGraph): PlanDocument['missing_requirements'] => {
  const ofNodes = nodes
    .filter(({ verdict }) => verdict === 'missing')
    .map(({ name, reason, requested_by: requestedBy }) => ({ name, ...reason, requestedBy }));
  // One project may be unknown to many builds.
  const unknown = Map.groupBy(
    graph.unknown,
    ({ name, missing }) => `${name} ${missing.code} ${missing.text}`,
  );
  const ofUnknown = [...unknown.values()].flatMap((same) =>
    same.slice(0, 1).map(({ name, missing }) => ({
      name,
      ...missing,
      requestedBy: [...new Set(same.flatMap(({ requestedBy }) => requestedBy))],
    })),
  );
  return [...ofNodes, ...ofUnknown]
    .sort((left, right) => compareTexts(left.name, right.name))
    .map(({ name, code, text, requestedBy }) => ({
      requirement: listAskers(requestedBy),
      code,
      text: `${name}: ${text}`,
    }));
};

const nameAndVersion = ({ name, version }: { name: string; version: string }): string =>
  `${name}==${version}`;

const noteHostMetadata = ({ name, version, metadata }: PlanNode): string[] =>
  metadata?.place === 'needs_host'
    ? [
        `${name} ${version}: what it depends on is not known. ${metadata.text ?? ''} State "metadata" for the package to plan it.`,
      ]
    : [];

/** Writes the plan down: the same answers give the same bytes, whatever came first. */
export const toDocument = async (context: PlanContext, planned: PlannedGraph): Promise<PlanDocument> => {
  const { request, wishes, needs, catalogue } = context;
  const { target, index } = request;
  const { graph } = planned;
  const paths = findPaths(graph.nodes);
  const ordered = orderNodes(graph.nodes);
  const nodes = await Promise.all(
    ordered.map(async (node) => {
      const known = node.planned === null ? undefined : await needs.find(node.planned);
      return toNode(node, target, paths.get(node), known?.metadata);
    }),
  );
  const names = [...new Set(ordered.map(({ name }) => name))];
  const unreadable = await Promise.all(
    names.map(async (name) => (await needs.listUnreadable(name)).map((text) => `${name}: ${text}`)),
  );
  const listed = nodes.filter(isInSnapshot);
  const ofVerdict = (verdict: PlanNode['verdict']): string[] =>
    listed.filter((node) => node.verdict === verdict).map(nameAndVersion);
  const notes = [
    ...planned.notes,
    ...[...catalogue.notes].sort(compareTexts),
    ...unreadable.flat().sort(compareTexts),
    ...nodes.flatMap(noteHostMetadata),
  ];
  return {
    run_id: request.runId,
    python_tag: target.pythonTag,
    platform_tag: target.platformTag,
    index: { index_url: index?.indexUrl ?? null, extra_index_urls: [...(index?.extraIndexUrls ?? [])] },
    strategy: request.strategy,
    plan: listed.map(toSnapshotNode),
    nodes,
    reuse: ofVerdict('reuse'),
    to_build: ofVerdict('build'),
    dependency_expansions: ordered
      .filter(
        ({ rootLabels }, at) => rootLabels.size === 0 && nodes[at] !== undefined && isInSnapshot(nodes[at]),
      )
      .map(nameAndVersion),
    missing_requirements: listMissing(nodes, graph),
    skipped_requirements: [...wishes.skipped],
    target: {
      python_full_version: target.pythonFullVersion,
      abi_tag: target.abiTag,
      machine: target.machine,
      libc: `${target.libc.family} ${target.libc.major}.${target.libc.minor}`,
    },
    exclude_newer: request.excludeNewer ?? null,
    cycles: planned.brokenCircles.map((circle) => circle.map(nameAndVersion)),
    notes: [...new Set(notes)],
  };
};
