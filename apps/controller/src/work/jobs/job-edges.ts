import type { PlanNode } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import type { JobKey } from './jobs.repository.ts';

/** A wish for a wheel, with what must be built before it. */
export interface NeedyNode extends JobKey {
  readonly needs: PlanNode['needs'];
}

export interface JobEdge {
  readonly job_id: string;
  readonly needs_job_id: string;
  readonly kind: string;
}

export const keyText = (key: JobKey): string =>
  `${key.name} ${key.version} ${key.python_tag} ${key.platform_tag}`;

/** What is installed beside the wheel may be built later. */
const blocks = (kind: string): boolean => kind !== 'install';

/**
 * The edges between jobs. A need that names a version is that version's job, or none: what the plan reuses holds up
 * nobody. One without a version is every job of the project for the same target.
 */
export function listEdges(nodes: readonly NeedyNode[], idByKey: ReadonlyMap<string, string>): JobEdge[] {
  const idsByName = new Map<string, string[]>();
  const laneOf = (node: JobKey, name: string): string => `${name} ${node.python_tag} ${node.platform_tag}`;
  for (const node of nodes) {
    const id = idByKey.get(keyText(node));
    if (id === undefined) continue;
    const lane = laneOf(node, node.name);
    idsByName.set(lane, [...(idsByName.get(lane) ?? []), id]);
  }
  const edges = new Map<string, JobEdge>();
  for (const node of nodes) {
    const id = idByKey.get(keyText(node));
    if (id === undefined) continue;
    for (const need of node.needs) {
      if (!blocks(need.kind)) continue;
      const name = normalizeName(need.name);
      const needed =
        need.version === undefined
          ? (idsByName.get(laneOf(node, name)) ?? [])
          : [idByKey.get(keyText({ ...node, name, version: need.version }))];
      for (const needsId of needed) {
        if (needsId === undefined || needsId === id) continue;
        const key = `${id} ${needsId}`;
        if (!edges.has(key)) edges.set(key, { job_id: id, needs_job_id: needsId, kind: need.kind });
      }
    }
  }
  return [...edges.values()];
}

/** Jobs that wait for each other, in order; null when every one of them can begin some day. */
export function findCircle(edges: readonly Pick<JobEdge, 'job_id' | 'needs_job_id'>[]): string[] | null {
  const needs = new Map<string, string[]>();
  const waitingFor = new Map<string, number>();
  const neededBy = new Map<string, string[]>();
  for (const { job_id, needs_job_id } of edges) {
    needs.set(job_id, [...(needs.get(job_id) ?? []), needs_job_id]);
    neededBy.set(needs_job_id, [...(neededBy.get(needs_job_id) ?? []), job_id]);
    waitingFor.set(job_id, (waitingFor.get(job_id) ?? 0) + 1);
    waitingFor.set(needs_job_id, waitingFor.get(needs_job_id) ?? 0);
  }
  const free = [...waitingFor].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waitingFor.delete(id);
    for (const behind of neededBy.get(id) ?? []) {
      const left = (waitingFor.get(behind) ?? 0) - 1;
      waitingFor.set(behind, left);
      if (left === 0) free.push(behind);
    }
  }
  // What is left needs something that is left: walking on must come back to where it was.
  const path: string[] = [];
  let at = [...waitingFor.keys()][0];
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = (needs.get(at) ?? []).find((id) => waitingFor.has(id));
  }
  return at === undefined ? null : path.slice(path.indexOf(at));
}
