import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HeldAttempts, type HeldAttempt, type HeldAttemptsDirectory } from '../../fleet/index.ts';
import { Database } from '../../platform/index.ts';
import { AttemptEnding } from '../attempts/index.ts';
import { ClaimsRepository } from './claims.repository.ts';

/** Tells the fleet what its workers hold, and takes it from a worker whose process is ended on purpose. */
@Injectable()
export class WorkerHoldings implements HeldAttemptsDirectory, OnModuleInit {
  constructor(
    private readonly held: HeldAttempts,
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly ending: AttemptEnding,
  ) {}

  onModuleInit(): void {
    this.held.bind(this);
  }

  list(workerIds: readonly string[]): Promise<HeldAttempt[]> {
    return this.claims.heldBy(workerIds);
  }

  /** Each in a transaction of its own: an attempt that ends by itself meanwhile is left as it ended. */
  async release(workerIds: readonly string[], reason: string): Promise<string[]> {
    const released: string[] = [];
    for (const { attemptId } of await this.claims.heldBy(workerIds)) {
      const tell = await this.database.transaction((tx) => this.ending.release(tx, attemptId, reason));
      if (tell === null) continue;
      released.push(attemptId);
      tell();
    }
    return released;
  }
}
