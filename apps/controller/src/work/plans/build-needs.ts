import type { BuildWheel, PlanNode } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';

/** What the build of a node waits for, and the wheels with the controller that it may need. */
export interface BuildNeeds {
  readonly needs: PlanNode['needs'];
  readonly buildWheels: readonly BuildWheel[];
}

/**
 * Of every node to build: its build requirements and, since these are installed to build it, all that they are
 * installed with. What is to be built among it comes first; wheels of our own are handed to the worker, which finds them
 * on no other index.
 */
export function listBuildNeeds(nodes: readonly PlanNode[]): Map<PlanNode, BuildNeeds> {
  const byName = new Map<string, PlanNode[]>();
  for (const node of nodes) {
    const name = normalizeName(node.name);
    byName.set(name, [...(byName.get(name) ?? []), node]);
  }
  const find = ({ name, version }: PlanNode['needs'][number]): PlanNode[] => {
    const found = byName.get(normalizeName(name)) ?? [];
    return version === undefined ? found : found.filter((node) => node.version === version);
  };

  const listFor = (node: PlanNode): BuildNeeds => {
    const kinds = new Map<PlanNode, PlanNode['needs'][number]['kind']>();
    const open: PlanNode[] = [];
    const visit = (needed: PlanNode, kind: PlanNode['needs'][number]['kind']): void => {
      if (needed === node || kinds.has(needed)) return;
      kinds.set(needed, kind);
      open.push(needed);
    };
    for (const need of node.needs) {
      if (need.kind !== 'install') for (const needed of find(need)) visit(needed, need.kind);
    }
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const kind = kinds.get(at) ?? 'build-system';
      for (const need of at.needs) {
        if (need.kind === 'install') for (const needed of find(need)) visit(needed, kind);
      }
    }
    const needed = [...kinds];
    return {
      needs: needed
        .filter(([{ verdict }]) => verdict === 'build')
        .map(([{ name, version }, kind]) => ({ name, version, kind })),
      buildWheels: needed.flatMap(([other]) => toBuildWheel(other)),
    };
  };
  return new Map(nodes.filter(({ verdict }) => verdict === 'build').map((node) => [node, listFor(node)]));
}

function toBuildWheel({ verdict, source }: PlanNode): BuildWheel[] {
  if (verdict !== 'reuse' || source === undefined || source.sha256 === null) return [];
  if (source.origin !== 'own' && source.origin !== 'input') return [];
  return [{ filename: source.filename, sha256: source.sha256 }];
}
