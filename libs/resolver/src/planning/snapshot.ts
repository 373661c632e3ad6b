import { type PlanDocument, type PlanNode, type PlanSnapshot } from '@ironwheel/contracts';

/** A node as the seeds' consumers read it: what is neither built nor reused is `skip`. */
export const toSnapshotNode = (node: PlanNode): PlanSnapshot['plan'][number] => ({
  name: node.name,
  version: node.version,
  python_version: node.python_version,
  python_tag: node.python_tag,
  platform_tag: node.platform_tag,
  action: node.verdict === 'build' || node.verdict === 'reuse' ? node.verdict : 'skip',
});

/** What is to be installed, or to be built for it. Ready wheels that only builds use are no part of what was asked for. */
export const isInSnapshot = ({ roles, verdict }: PlanNode): boolean =>
  roles === undefined || roles.includes('install') || verdict === 'build';

/** The plan in the form of seeds 001 and 004: `plan.json`. */
export const toSnapshot = (document: PlanDocument): PlanSnapshot => ({
  run_id: document.run_id,
  plan: document.nodes.filter(isInSnapshot).map(toSnapshotNode),
});
