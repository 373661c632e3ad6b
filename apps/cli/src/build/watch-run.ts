import { jobDetailSchema, jobViewSchema, listOf, type AttemptView, type JobView } from '@ironwheel/contracts';
import type { ControllerClient } from '../client/controller-client.ts';
import { CliError, exitCodes } from '../cli-error.ts';
import { pause } from '../pause.ts';
import { isEnded, isOver, type JobProgress, type RunSnapshot } from './run-snapshot.ts';

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Time between two looks, in milliseconds. */
  readonly intervalMs: number;
  /** How long an unreachable controller is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** Called once each time the controller goes away. */
  readonly onAway: (error: CliError) => void;
}

const pageSize = 500;

/** Looks at a run again and again and yields what it sees; ends when every job has ended or the signal aborts. */
export async function* watchRun(
  client: ControllerClient,
  runId: string,
  options: WatchOptions,
): AsyncGenerator<RunSnapshot> {
  const finished = new Map<string, JobProgress>();
  let awaySince: number | null = null;
  while (!options.signal.aborted) {
    try {
      const snapshot = await readRun(client, runId, finished);
      awaySince = null;
      yield snapshot;
      if (isOver(snapshot)) return;
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== exitCodes.unreachable) throw error;
      if (awaySince === null) options.onAway(error);
      awaySince ??= Date.now();
      if (Date.now() - awaySince > options.patienceMs) throw error;
    }
    await pause(options.intervalMs, options.signal);
  }
}

async function readRun(
  client: ControllerClient,
  runId: string,
  finished: Map<string, JobProgress>,
): Promise<RunSnapshot> {
  const jobs: JobProgress[] = [];
  for (const job of await listJobs(client, runId)) {
    const known = finished.get(job.job_id);
    if (known?.job.state === job.state && known.job.attempt_count === job.attempt_count) {
      jobs.push(known);
      continue;
    }
    const progress = {
      job,
      attempt: job.attempt_count === 0 ? null : await newestAttempt(client, job.job_id),
    };
    if (isEnded(progress)) finished.set(job.job_id, progress);
    jobs.push(progress);
  }
  return { runId, jobs };
}

async function listJobs(client: ControllerClient, runId: string): Promise<JobView[]> {
  const jobs: JobView[] = [];
  for (;;) {
    const query = { run_id: runId, limit: pageSize, offset: jobs.length };
    const page = await client.get('/api/jobs', listOf(jobViewSchema), { query });
    jobs.push(...page.items);
    if (page.items.length < pageSize) return jobs;
  }
}

async function newestAttempt(client: ControllerClient, jobId: string): Promise<AttemptView | null> {
  const detail = await client.get(`/api/jobs/${encodeURIComponent(jobId)}`, jobDetailSchema);
  return detail.attempts.toSorted((left, right) => right.number - left.number)[0] ?? null;
}
