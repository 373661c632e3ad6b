import type { AttemptError, AttemptState, Cause, Phase, PhaseReport } from '@ironwheel/contracts';

/** A row of `attempts`, as SQL answers it. */
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

export const isAttemptLive = (state: AttemptState): boolean => state === 'claimed' || state === 'running';
