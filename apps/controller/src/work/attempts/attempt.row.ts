import type {
  AttemptError,
  AttemptResult,
  AttemptState,
  Cause,
  Phase,
  PhaseReport,
} from '@ironwheel/contracts';

/** A row of `attempts`, as SQL answers it: `attemptColumns` of it. */
export interface AttemptRow {
  readonly id: string;
  readonly job_id: string;
  readonly number: number;
  readonly worker_id: string;
  readonly fencing: number;
  readonly state: AttemptState;
  readonly runner: string | null;
  readonly phase: Phase | null;
  readonly cause: Cause | null;
  readonly exit_code: number | null;
  readonly error: AttemptError | null;
  readonly claimed_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly lease_expires_at: Date | null;
  readonly renew_late: boolean;
  readonly cancel_reason: string | null;
  readonly result_hash: Buffer | null;
  readonly phases: PhaseReport[];
  readonly environment: Record<string, unknown>;
  readonly log_bytes: number;
  readonly log_truncated: boolean;
  readonly log_dropped: number;
}

const isColumn: Readonly<Record<keyof AttemptRow, true>> = {
  id: true,
  job_id: true,
  number: true,
  worker_id: true,
  fencing: true,
  state: true,
  runner: true,
  phase: true,
  cause: true,
  exit_code: true,
  error: true,
  claimed_at: true,
  started_at: true,
  finished_at: true,
  lease_expires_at: true,
  renew_late: true,
  cancel_reason: true,
  result_hash: true,
  phases: true,
  environment: true,
  log_bytes: true,
  log_truncated: true,
  log_dropped: true,
};
export const attemptColumns = Object.keys(isColumn);

export const isAttemptLive = (state: AttemptState): boolean => state === 'claimed' || state === 'running';

/** A live attempt as it will be when it has ended with this result. */
export const toEnded = (
  attempt: AttemptRow,
  state: AttemptState,
  cause: Cause | null,
  result: AttemptResult | null,
): AttemptRow => ({
  ...attempt,
  state,
  cause,
  phase: result?.phase ?? attempt.phase,
  runner: result?.runner ?? attempt.runner,
  exit_code: result?.exit_code ?? null,
  error: result?.error ?? null,
  phases: result?.phases ?? [],
  environment: result?.environment ?? {},
});
