import type { AttemptView, JobState, JobView } from '@ironwheel/contracts';

/** One job of a run as it stands now. */
export interface JobProgress {
  readonly job: JobView;
  /** Its newest attempt, when there is one and it was asked for. */
  readonly attempt: AttemptView | null;
}

export interface RunSnapshot {
  readonly runId: string;
  readonly jobs: readonly JobProgress[];
}

const endStates: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled', 'unreachable']);
const activeStates: ReadonlySet<JobState> = new Set(['claimed', 'running']);

export const isEnded = ({ job }: JobProgress): boolean => endStates.has(job.state);
export const isActive = ({ job }: JobProgress): boolean => activeStates.has(job.state);
export const isOver = (snapshot: RunSnapshot): boolean => snapshot.jobs.every(isEnded);

/** Seconds that the newest attempt took as its worker measured it, or has taken since its claim until now. */
export function attemptSeconds(attempt: AttemptView | null, now: number): number | null {
  if (attempt === null) return null;
  if (attempt.duration_s !== null) return attempt.duration_s;
  const until = attempt.finished_at === null ? now : Date.parse(attempt.finished_at);
  return Math.max(0, (until - Date.parse(attempt.claimed_at)) / 1000);
}

/** Words for what a job is doing or waits for. */
export function describeJob({ job, attempt }: JobProgress): string {
  switch (job.state) {
    case 'claimed':
    case 'running':
      return attempt?.phase ?? 'prepare';
    case 'succeeded':
      return job.wheel ?? 'built';
    case 'failed':
      return describeFailure(attempt, job.state_reason);
    case 'waiting':
    case 'blocked':
    case 'queued':
    case 'cancelled':
    case 'unreachable':
      return job.state_reason === null ? job.state : `${job.state}: ${job.state_reason}`;
  }
}

function describeFailure(attempt: AttemptView | null, reason: string | null): string {
  if (attempt === null) return reason === null ? 'failed' : `failed: ${reason}`;
  const where = attempt.phase === null ? 'failed' : `failed in ${attempt.phase}`;
  return attempt.error === null ? where : `${where}: ${attempt.error.code}`;
}
