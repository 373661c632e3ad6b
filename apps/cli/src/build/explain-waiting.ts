import type { JobView, WorkerView } from '@ironwheel/contracts';

/** Why a queued job is not being built, as far as workers and the switch of all claims tell; null when it soon will be. */
export function explainWaiting(
  job: Pick<JobView, 'python_tag' | 'platform_tag'>,
  workers: readonly WorkerView[],
  claimsPaused: boolean,
): string | null {
  if (claimsPaused) return 'claims are paused for all workers; `ironwheel claims resume` ends that';
  const enrolled = workers.filter((worker) => worker.revoked_at === null);
  if (enrolled.length === 0) return 'no worker is enrolled; docs/quickstart.md, "A worker by hand"';
  const healthy = enrolled.filter((worker) => worker.heartbeat_state === 'healthy');
  if (healthy.length === 0) return 'no worker is running; `ironwheel workers` shows when each was seen last';
  const fitting = healthy.filter(
    (worker) =>
      worker.capabilities?.python_tags.includes(job.python_tag) === true &&
      worker.capabilities.platform_tags.includes(job.platform_tag),
  );
  if (fitting.length === 0) {
    const offered = [...new Set(healthy.flatMap((worker) => worker.capabilities?.python_tags ?? []))];
    return `no running worker builds for ${job.python_tag} ${job.platform_tag}; they have ${offered.join(', ') || 'no interpreter'}`;
  }
  const active = fitting.filter(
    (worker) => worker.desired_state === 'active' && worker.quarantine === null && !worker.draining,
  );
  if (active.length === 0) return 'each worker that could build it is paused, draining or in quarantine';
  const problem = active.every((worker) => worker.problems.length > 0) ? active[0]?.problems[0] : undefined;
  return problem === undefined ? null : `the worker ${active[0]?.name ?? ''} claims nothing: ${problem.text}`;
}
