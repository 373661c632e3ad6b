import type { AttemptView, PlanDocument, PlanNode } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import { attemptSeconds, describeJob, type JobProgress, type RunSnapshot } from './run-snapshot.ts';

/** One row of the table at the end, and of `--json`. */
export interface ResultRow {
  readonly name: string;
  readonly version: string;
  readonly python_tag: string | null;
  readonly platform_tag: string | null;
  readonly action: 'build' | 'reuse' | 'skip' | 'missing';
  readonly ok: boolean;
  readonly runner: string | null;
  /** File name of the wheel, or why there is none. */
  readonly wheel: string | null;
  readonly sha256: string | null;
  readonly time_s: number | null;
  readonly reason: string | null;
  readonly job_id: string | null;
  readonly attempt: AttemptView | null;
  readonly source: PlanNode['source'] | null;
}

const keyOf = (item: { readonly name: string; readonly version: string }): string =>
  `${normalizeName(item.name)} ${item.version}`;

/** A ready wheel that only builds use is no result: nobody asked for it. */
const isResult = ({ verdict, roles }: PlanNode): boolean =>
  verdict === 'build' || (verdict !== 'missing' && (roles?.includes('install') ?? true));

/** Brings the plan and the jobs together; missing requirements are rows too. */
export function toResults(plan: PlanDocument, snapshot: RunSnapshot): ResultRow[] {
  const jobs = new Map(snapshot.jobs.map((progress) => [keyOf(progress.job), progress]));
  const rows = plan.nodes.filter(isResult).map((node) => {
    const progress = jobs.get(keyOf(node));
    jobs.delete(keyOf(node));
    return progress === undefined ? fromNode(node) : fromJob(progress);
  });
  const missing = plan.missing_requirements.map((item): ResultRow => ({
    ...empty,
    name: item.requirement,
    version: '–',
    action: 'missing',
    ok: false,
    reason: `${item.code}: ${item.text}`,
  }));
  return [...rows, ...[...jobs.values()].map(fromJob), ...missing];
}

const empty = {
  python_tag: null,
  platform_tag: null,
  runner: null,
  wheel: null,
  sha256: null,
  time_s: null,
  reason: null,
  job_id: null,
  attempt: null,
  source: null,
};

function fromNode(node: PlanNode): ResultRow {
  return {
    ...empty,
    name: node.name,
    version: node.version,
    python_tag: node.python_tag,
    platform_tag: node.platform_tag,
    action: node.verdict,
    // A build without a job was never enqueued.
    ok: node.verdict === 'reuse' || node.verdict === 'skip',
    wheel: node.verdict === 'reuse' ? (node.source?.filename ?? null) : null,
    sha256: node.verdict === 'reuse' ? (node.source?.sha256 ?? null) : null,
    reason: node.reason.text,
    source: node.source ?? null,
  };
}

function fromJob(progress: JobProgress): ResultRow {
  const { job, attempt } = progress;
  const ok = job.state === 'succeeded';
  return {
    ...empty,
    name: job.name,
    version: job.version,
    python_tag: job.python_tag,
    platform_tag: job.platform_tag,
    action: 'build',
    ok,
    runner: attempt?.runner ?? null,
    wheel: ok ? job.wheel : null,
    sha256: ok
      ? (attempt?.artifacts.find((artifact) => artifact.filename === job.wheel)?.sha256 ?? null)
      : null,
    time_s: attemptSeconds(attempt, Date.now()),
    reason: ok ? null : describeJob(progress),
    job_id: job.job_id,
    attempt,
  };
}
