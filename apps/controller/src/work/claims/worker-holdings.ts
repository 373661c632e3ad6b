import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HeldAttempts, type HeldAttempt, type HeldAttemptsDirectory } from '../../fleet/index.ts';
import { Database } from '../../platform/index.ts';
import { AttemptEnding } from '../attempts/index.ts';

/** Tells the fleet what its workers hold, and takes it from a worker whose process is ended on purpose. */
@Injectable()
export class WorkerHoldings implements HeldAttemptsDirectory, OnModuleInit {
  constructor(
    private readonly held: HeldAttempts,
    private readonly database: Database,
    private readonly ending: AttemptEnding,
  ) {}

  onModuleInit(): void {
    this.held.bind(this);
  }

  async list(workerIds: readonly string[]): Promise<HeldAttempt[]> {
    const rows = await this.database.query<{
      id: string;
      worker_id: string;
      text: string;
      phase: string | null;
      claimed_at: Date;
    }>(
      `SELECT attempts.id, attempts.worker_id, jobs.name || ' ' || jobs.version AS text, attempts.phase, attempts.claimed_at
       FROM attempts JOIN jobs ON jobs.id = attempts.job_id AND jobs.attempt_id = attempts.id
       WHERE attempts.worker_id = ANY ($1) AND attempts.state IN ('claimed', 'running')
       ORDER BY attempts.claimed_at, attempts.id LIMIT 1000`,
      [workerIds],
    );
    return rows.map(({ id, worker_id, text, phase, claimed_at }) => ({
      attemptId: id,
      workerId: worker_id,
      text,
      phase,
      claimedAt: claimed_at,
    }));
  }

  /** Each in a transaction of its own: an attempt that ends by itself meanwhile is left as it ended. */
  async release(workerIds: readonly string[], reason: string, until?: Date | null): Promise<string[]> {
    const released: string[] = [];
    for (const { attemptId, claimedAt } of await this.list(workerIds)) {
      if (until !== undefined && until !== null && claimedAt > until) continue;
      const tell = await this.database.transaction((tx) => this.ending.release(tx, attemptId, reason));
      if (tell === null) continue;
      released.push(attemptId);
      tell();
    }
    return released;
  }
}
