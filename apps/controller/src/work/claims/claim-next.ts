import type { Claim, ClaimNext } from '@ironwheel/contracts';
import { LoadedConfig } from '@ironwheel/config';
import type { Lane, SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { WorkersService } from '../../fleet/index.ts';
import {
  AttemptTokenService,
  Clock,
  Database,
  EventBus,
  Metrics,
  newId,
  ShutdownSignal,
} from '../../platform/index.ts';
import { AttemptEnding } from '../attempts/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { toClaim, type ClaimTerms } from './claim.view.ts';
import { readClaimTerms } from './claim-terms.ts';
import { ClaimWaiters } from './claim-waiters.ts';
import { ClaimsRepository, type ConfirmedJob } from './claims.repository.ts';
import { ClaimsSwitch } from './claims-switch.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventPayloads {
    'attempt.claimed': { readonly attemptId: string; readonly jobId: string; readonly workerId: string };
  }
}

/** Waits are cut into pieces of this length, so that a lost notification costs no more. */
const lookAgainMs = 10_000;

/**
 * `claim-next`: takes from the queue, confirms in Postgres, grants. With nothing to grant it waits for NOTIFY.
 * The same claim key gives the same claims again, whatever became of the first answer.
 */
@Injectable()
export class ClaimNextService {
  readonly #terms: ClaimTerms;
  readonly #granted;

  constructor(
    config: LoadedConfig,
    metrics: Metrics,
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly claimsSwitch: ClaimsSwitch,
    private readonly queue: QueueGateway,
    private readonly waiters: ClaimWaiters,
    private readonly ending: AttemptEnding,
    private readonly workers: WorkersService,
    private readonly tokens: AttemptTokenService,
    private readonly events: EventBus,
    private readonly clock: Clock,
    private readonly shutdown: ShutdownSignal,
  ) {
    this.#terms = readClaimTerms(config);
    this.#granted = metrics.counter({
      name: 'claims_total',
      help: 'Jobs granted to workers.',
      labels: ['pool'],
    });
  }

  /** Empty when there was nothing for this worker within `wait_s`. Ends early when `gone` aborts. */
  async claim(workerId: string, request: ClaimNext, gone: AbortSignal): Promise<Claim[]> {
    const worker = await this.workers.get(workerId);
    const lanes = toLanes(worker.pool, request);
    const deadline = this.clock.now().getTime() + request.wait_s * 1000;
    const signal = AbortSignal.any([gone, this.shutdown.signal]);
    const waiting = this.waiters.register(lanes);
    try {
      for (;;) {
        const claims = await this.#once(workerId, request, lanes);
        const leftMs = deadline - this.clock.now().getTime();
        if (claims.length > 0 || leftMs <= 0) return claims;
        if (!(await waiting.woken(Math.min(leftMs, lookAgainMs), signal))) return [];
      }
    } finally {
      waiting.release();
    }
  }

  /** Checks credentials, match and policy, and claims nothing. */
  async validate(
    workerId: string,
    request: ClaimNext,
  ): Promise<{ ok: true; would_claim: number; blocked_by: { code: string; text: string }[] }> {
    const worker = await this.workers.get(workerId);
    const blockedBy: { code: string; text: string }[] = [];
    const state = await this.claimsSwitch.read();
    if (state.paused)
      blockedBy.push({
        code: 'claims_paused',
        text: `All claims are paused${state.reason === null ? '' : `: ${state.reason}`}.`,
      });
    const desired = await this.workers.desiredState(workerId);
    if (desired !== 'active')
      blockedBy.push({ code: 'worker_not_active', text: `This worker is ${desired}.` });
    const { capabilities } = request;
    if (capabilities.pool !== undefined && capabilities.pool !== worker.pool) {
      blockedBy.push({
        code: 'pool_mismatch',
        text: `The worker belongs to pool ${worker.pool}, not ${capabilities.pool}.`,
      });
    }
    if (capabilities.free_slots === 0)
      blockedBy.push({ code: 'no_free_slot', text: 'The worker has no free slot.' });
    const claimable = await this.claims.countClaimable(
      { pool: worker.pool, platformTags: capabilities.platform_tags, pythonTags: capabilities.python_tags },
      Math.min(request.max, capabilities.free_slots),
    );
    if (claimable === 0) blockedBy.push({ code: 'no_work', text: 'No queued job fits this worker.' });
    return { ok: true, would_claim: blockedBy.length === 0 ? claimable : 0, blocked_by: blockedBy };
  }

  async #once(workerId: string, request: ClaimNext, lanes: readonly Lane[]): Promise<Claim[]> {
    const max = Math.min(request.max, request.capabilities.free_slots);
    const isActive = (await this.workers.desiredState(workerId)) === 'active';
    const after: (() => void)[] = [];
    const claims = await this.database.transaction(async (tx) => {
      after.length = 0;
      const held = await this.claims.heldByKey(tx, workerId, request.claim_key);
      if (held.length > 0) {
        return held.map((row) =>
          toClaim(row, this.#identify(row.held_attempt_id, row.fencing, row.number), this.#terms),
        );
      }
      if (!isActive || max === 0 || (await this.claimsSwitch.read(tx)).paused) return [];
      const taken = await this.queue.take(tx, lanes, max);
      if (taken.length === 0) return [];
      const jobs = await this.claims.confirm(tx, taken);
      for (const job of jobs) await this.#endForfeited(tx, job, after);
      return this.#grant(tx, jobs, workerId, request, after);
    });
    for (const tell of after) tell();
    return claims;
  }

  /** Only now, that another has the job, the attempt whose lease ended is lost. */
  async #endForfeited(tx: SqlExecutor, job: ConfirmedJob, after: (() => void)[]): Promise<void> {
    if (job.forfeited_attempt_id === null) return;
    const tell = await this.ending.loseTo(tx, job.forfeited_attempt_id);
    if (tell !== null) after.push(tell);
  }

  async #grant(
    tx: SqlExecutor,
    jobs: readonly ConfirmedJob[],
    workerId: string,
    request: ClaimNext,
    after: (() => void)[],
  ): Promise<Claim[]> {
    const grants = jobs.map((job) => ({ attempt_id: newId('attempt'), job_id: job.id }));
    const made = await this.claims.grant(tx, grants, {
      workerId,
      claimKey: request.claim_key,
      runner: request.capabilities.runner,
      leaseS: this.#terms.leaseS,
    });
    return jobs.flatMap((job, index) => {
      const attemptId = grants[index]?.attempt_id ?? '';
      const attempt = made.get(attemptId);
      if (attempt === undefined) return [];
      after.push(() => {
        this.#granted.inc({ pool: job.pool });
        this.events.publishAfterCommit('attempt.claimed', { attemptId, jobId: job.id, workerId });
      });
      return [toClaim(job, this.#identify(attemptId, attempt.fencing, attempt.number), this.#terms)];
    });
  }

  #identify(
    id: string,
    fencing: number,
    number: number,
  ): { id: string; fencing: number; number: number; token: string } {
    return { id, fencing, number, token: this.tokens.issue(id, fencing) };
  }
}

const toLanes = (pool: string, { capabilities }: ClaimNext): Lane[] =>
  capabilities.python_tags.flatMap((pythonTag) =>
    capabilities.platform_tags.map((platformTag) => ({ pool, platformTag, pythonTag })),
  );
