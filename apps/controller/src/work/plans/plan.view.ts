import type { PlanDocument, PlanListItem, PlanProgress, PlanSnapshot, PlanView } from '@ironwheel/contracts';
import type { JobRow } from '../jobs/index.ts';
import { isPlanDocument, type PlanListRow, type PlanRow, type RunStateRow } from './plan.row.ts';

/** A snapshot in the shape of a whole plan: what it does not say stays empty. */
function toPlanDocument(document: PlanDocument | PlanSnapshot): PlanDocument {
  if (isPlanDocument(document)) return document;
  const list = (action: 'build' | 'reuse'): string[] =>
    document.plan.filter((node) => node.action === action).map((node) => `${node.name}==${node.version}`);
  return {
    run_id: document.run_id,
    python_tag: document.plan[0]?.python_tag ?? '',
    platform_tag: document.plan[0]?.platform_tag ?? '',
    index: { index_url: null, extra_index_urls: [] },
    strategy: 'pinned',
    plan: document.plan,
    nodes: [],
    reuse: list('reuse'),
    to_build: list('build'),
    dependency_expansions: [],
    missing_requirements: [],
  };
}

type RunJob = Pick<JobRow, 'id' | 'name' | 'version' | 'state'>;

export const toPlanProgress = (row: RunStateRow, jobs: readonly RunJob[]): PlanProgress => ({
  run_id: row.run_id,
  state: row.state,
  enqueued_at: row.enqueued_at?.toISOString() ?? null,
  finished_at: row.finished_at?.toISOString() ?? null,
  jobs: jobs.map((job) => ({ job_id: job.id, name: job.name, version: job.version, state: job.state })),
});

export const toPlanView = (row: PlanRow, jobs: readonly RunJob[]): PlanView => ({
  ...toPlanDocument(row.document),
  ...toPlanProgress(row, jobs),
  created_at: row.created_at.toISOString(),
  created_by: row.created_by,
  pool: row.pool,
  priority: row.priority,
  input_ids: row.input_ids,
});

export const toPlanListItem = (row: PlanListRow): PlanListItem => ({
  run_id: row.run_id,
  state: row.state,
  python_tag: row.python_tag,
  platform_tag: row.platform_tag,
  created_at: row.created_at.toISOString(),
  created_by: row.created_by,
  enqueued_at: row.enqueued_at?.toISOString() ?? null,
  finished_at: row.finished_at?.toISOString() ?? null,
  nodes: row.nodes,
  to_build: row.to_build,
  reuse: row.reuse,
  missing: row.missing,
  asked_for: row.asked_for,
  asked_count: row.asked_count,
  jobs: row.jobs,
});
