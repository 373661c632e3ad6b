import { type PlanDocument, type PlanNode, type PlanVerdict } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';

/** An edge of a plan, seen from the package that is asked about. */
export interface ExplainedNeed {
  readonly name: string;
  readonly version: string;
  readonly kind: PlanNode['needs'][number]['kind'];
  readonly verdict: PlanVerdict;
}

/** Why a package stands in a plan, and what becomes of it. */
export interface NodeExplanation {
  readonly node: PlanNode;
  /** From the user's words to it. */
  readonly path: readonly string[];
  /** Lines and packages that ask for it, in their words. */
  readonly requestedBy: readonly string[];
  readonly neededBy: readonly ExplainedNeed[];
  readonly needs: readonly ExplainedNeed[];
  /** What must be built, or found, before it can be built. */
  readonly waitsFor: readonly ExplainedNeed[];
}

export interface PackageExplanation {
  readonly name: string;
  /** One for each version of it in the plan. */
  readonly nodes: readonly NodeExplanation[];
  /** What could not be planned of it. */
  readonly missing: PlanDocument['missing_requirements'];
}

const keyOf = ({ name, version }: { readonly name: string; readonly version: string }): string =>
  `${normalizeName(name)} ${version}`;

/** Plans of earlier releases name what is needed without its version: then every version of it is meant. */
const createFinder = ({ nodes }: PlanDocument): ((need: PlanNode['needs'][number]) => PlanNode[]) => {
  const byName = Map.groupBy(nodes, ({ name }) => normalizeName(name));
  return ({ name, version }) =>
    (byName.get(normalizeName(name)) ?? []).filter(
      (node) => version === undefined || node.version === version,
    );
};

/** Everything that must be there before the node can be built: its build environment, with what that needs. */
const listWaits = (node: PlanNode, find: ReturnType<typeof createFinder>): ExplainedNeed[] => {
  const first = node.needs.filter(({ kind }) => kind !== 'install');
  const waits = new Map<string, ExplainedNeed>();
  const seen = new Set<PlanNode>();
  const queue = first.flatMap((need) => find(need).map((found) => ({ found, kind: need.kind })));
  for (const { found, kind } of queue) {
    if (seen.has(found)) continue;
    seen.add(found);
    const { name, version, verdict } = found;
    if (verdict !== 'reuse') waits.set(keyOf(found), { name, version, kind, verdict });
    for (const need of found.needs) {
      if (need.kind === 'install') queue.push(...find(need).map((next) => ({ found: next, kind })));
    }
  }
  return [...waits.values()];
};

/** What a plan knows of a project: `plan --why NAME`. `nodes` and `missing` are empty when it is not in the plan. */
export const explainNode = (document: PlanDocument, name: string): PackageExplanation => {
  const wanted = normalizeName(name);
  const find = createFinder(document);
  const explain = (node: PlanNode): NodeExplanation => ({
    node,
    path: node.path ?? [],
    requestedBy: node.requested_by,
    neededBy: document.nodes.flatMap((other) =>
      other.needs
        .filter((need) => find(need).includes(node))
        .map(({ kind }) => ({ name: other.name, version: other.version, kind, verdict: other.verdict })),
    ),
    needs: node.needs.flatMap((need) =>
      find(need).map(({ name: needed, version, verdict }) => ({
        name: needed,
        version,
        kind: need.kind,
        verdict,
      })),
    ),
    waitsFor: node.verdict === 'build' ? listWaits(node, find) : [],
  });
  return {
    name: wanted,
    nodes: document.nodes.filter((node) => normalizeName(node.name) === wanted).map(explain),
    missing: document.missing_requirements.filter(({ text }) => text.startsWith(`${wanted}: `)),
  };
};
