import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database, ShutdownSignal } from '../../platform/index.ts';
import { AttemptEnding } from '../attempts/index.ts';
import { ClaimsRepository } from './claims.repository.ts';
import { leaseSection } from './claims.section.ts';

const batch = 100;

/**
 * Looks after leases that ran out. After lease and grace the job is offered again; its attempt stays alive until
 * another claim takes the job, so that a worker that comes back first may go on.
 */
@Injectable()
export class ReapLeases implements OnApplicationBootstrap {
  readonly #settings;
  readonly #logger: StructuredLogger;
  #isReady = false;
  #isRunning = false;

  constructor(
    config: LoadedConfig,
    logger: StructuredLogger,
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly ending: AttemptEnding,
    private readonly shutdown: ShutdownSignal,
  ) {
    this.#settings = config.get(leaseSection);
    this.#logger = logger.child({ component: 'leases' });
  }

  /** While no controller ran no worker could renew: all deadlines move. */
  async onApplicationBootstrap(): Promise<void> {
    const extended = await this.claims.extendAll(this.#settings.CLAIM_LEASE_S);
    if (extended > 0)
      this.#logger.info('extended the leases of running attempts after the start', { attempts: extended });
    this.#isReady = true;
  }

  @Interval(1000)
  async tick(): Promise<void> {
    if (!this.#isReady || this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (!this.#isStopping && (await this.reap()) === batch);
      while (!this.#isStopping && (await this.closeOrphaned()) === batch);
    } finally {
      this.#isRunning = false;
    }
  }

  get #isStopping(): boolean {
    return this.shutdown.signal.aborted;
  }

  /** One batch of attempts whose job ended while their lease was over: no attempt stays open for ever. */
  async closeOrphaned(): Promise<number> {
    const after: (() => void)[] = [];
    const count = await this.database.transaction(async (tx) => {
      after.length = 0;
      const ids = await this.claims.orphaned(tx, batch);
      for (const id of ids) {
        const tell = await this.ending.loseTo(tx, id);
        if (tell !== null) after.push(tell);
      }
      return ids.length;
    });
    for (const tell of after) tell();
    return count;
  }

  /** One batch; returns how many leases were found over. */
  async reap(): Promise<number> {
    const after: (() => void)[] = [];
    const count = await this.database.transaction(async (tx) => {
      after.length = 0;
      const rows = await this.claims.forfeited(
        tx,
        this.#settings.CLAIM_GRACE_MIN_S,
        this.#settings.CLAIM_GRACE_MAX_S,
        batch,
      );
      for (const row of rows) {
        this.#logger.warn('a lease ended without a renewal', { attempt_id: row.id, job_id: row.job_id });
        await this.claims.suspend(tx, row.id);
        const tell = await this.ending.forfeit(tx, row.id);
        if (tell !== null) after.push(tell);
      }
      return rows.length;
    });
    for (const tell of after) tell();
    return count;
  }
}
