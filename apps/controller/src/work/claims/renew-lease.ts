import type { RenewAnswer } from '@ironwheel/contracts';
import { LoadedConfig } from '@ironwheel/config';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { WorkersService } from '../../fleet/index.ts';
import { AppError, Database, GatheredTransactions } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { ClaimsRepository, type Renewal, type RenewedRow } from './claims.repository.ts';
import { leaseSection } from './claims.section.ts';

/** Extends a lease. Cancellation and the scheduler's intent travel in the answer. */
@Injectable()
export class RenewLease {
  readonly #leaseS: number;
  readonly #renewals: GatheredTransactions<Renewal, RenewedRow | null>;

  constructor(
    config: LoadedConfig,
    database: Database,
    private readonly claims: ClaimsRepository,
    private readonly queue: QueueGateway,
    private readonly workers: WorkersService,
  ) {
    this.#leaseS = config.get(leaseSection).CLAIM_LEASE_S;
    this.#renewals = new GatheredTransactions(
      database,
      ({ attemptId }) => attemptId,
      (tx, renewal) => this.#renew(tx, renewal),
    );
  }

  async renew(
    workerId: string | null,
    attemptId: string,
    fencing: number,
    phase: string | null,
  ): Promise<RenewAnswer> {
    const renewed = await this.#renewals.run({ attemptId, workerId, fencing, phase });
    if (renewed === null)
      throw new AppError('LEASE_LOST', 'The lease ended and the job is no longer yours; stop this attempt.');
    return {
      lease_s: this.#leaseS,
      cancel: renewed.cancel_reason !== null,
      cancel_reason: renewed.cancel_reason,
      desired_state: (await this.workers.intent(renewed.worker_id)).desiredState,
    };
  }

  async #renew(tx: SqlExecutor, renewal: Renewal): Promise<RenewedRow | null> {
    const row = await this.claims.renew(tx, renewal, this.#leaseS);
    // The lease is restored before anybody else took the job: it leaves the queue again.
    if (row?.was_offered === true) await this.queue.withdraw(tx, [row.job_id]);
    return row;
  }
}
