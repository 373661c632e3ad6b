import { Injectable } from '@nestjs/common';

export interface HeldAttempt {
  readonly attemptId: string;
  readonly workerId: string;
  /** `name version`, for people. */
  readonly text: string;
  readonly phase: string | null;
  readonly claimedAt: Date;
}

/** What workers hold, as `work/claims` knows it. */
export interface HeldAttemptsDirectory {
  /** Live attempts of these workers, oldest first. */
  list(workerIds: readonly string[]): Promise<HeldAttempt[]>;
  /**
   * Ends them as lost, so that their jobs are claimable at once; with `until` those that were claimed by then. Returns those that
   * were ended.
   */
  release(workerIds: readonly string[], reason: string, until?: Date | null): Promise<string[]>;
}

/** The place where `work/claims` hands in its directory, since the fleet imports no feature above it. */
@Injectable()
export class HeldAttempts implements HeldAttemptsDirectory {
  #directory: HeldAttemptsDirectory | null = null;

  bind(directory: HeldAttemptsDirectory): void {
    this.#directory = directory;
  }

  async list(workerIds: readonly string[]): Promise<HeldAttempt[]> {
    return (await this.#directory?.list(workerIds)) ?? [];
  }

  async release(workerIds: readonly string[], reason: string, until?: Date | null): Promise<string[]> {
    return (await this.#directory?.release(workerIds, reason, until)) ?? [];
  }
}
