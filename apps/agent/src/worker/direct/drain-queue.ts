import type { StructuredLogger } from '@ironwheel/logging';
import type { Lane, QueueBackend, TakenJob } from '@ironwheel/plugin-kit';
import { v7 as createUuid } from 'uuid';
import type { AttemptRegistry } from '../attempt/attempt-registry.ts';
import { buildItem, type DirectHost } from './build-item.ts';
import { toDirectClaim } from './direct-claim.ts';
import { DirectAttempt } from './direct-attempt.ts';
import { findVersion, readItem, toItemOffer, type QueueItem } from './queue-item.ts';
import { reportBuild, reportPlan } from './report-build.ts';

/** An item is held for this long and held on to three times as often while it is built, in milliseconds. */
const holdMs = 120_000;
/** A failed item is tried again after this long, doubling with each attempt. */
const backoffMs = 30_000;

export interface DrainOptions {
  readonly queue: QueueBackend;
  readonly host: DirectHost;
  readonly registry: AttemptRegistry;
  readonly pool: string;
  readonly slots: number;
  /** Most items of one drain. */
  readonly batchSize: number;
  /** How often a failed item is put back; 0: never. */
  readonly maxRequeues: number;
  readonly logDirectory: string;
  readonly logger: StructuredLogger;
  /** What this host can build now; empty: nothing. */
  lanes(): Promise<readonly Lane[]>;
  /** The plan that versions are looked up in; null: there is none. */
  readPlan(): Promise<unknown>;
}

export interface DrainOutcome {
  readonly runId: string;
  readonly taken: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly requeued: number;
}

/** Takes items out of a queue and builds them, without a controller (seed 002). */
export class DrainQueue {
  readonly #options: DrainOptions;
  #toldPlan = '';

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /** One drain: until the queue has nothing for this host or `batchSize` items were taken. Stops at `signal`. */
  async drain(signal: AbortSignal): Promise<DrainOutcome> {
    const { queue, slots, batchSize, registry, logger } = this.#options;
    const outcome = { runId: `run_${createUuid()}`, taken: 0, succeeded: 0, failed: 0, requeued: 0 };
    const plan = await this.#readPlan();
    const running = new Set<Promise<void>>();
    while (!signal.aborted && outcome.taken < batchSize) {
      if (running.size >= slots) {
        await Promise.race(running);
        continue;
      }
      const lanes = await this.#options.lanes();
      const max = Math.min(slots - running.size, batchSize - outcome.taken);
      const taken = await queue.take(lanes, max, holdMs);
      if (taken.length === 0 && running.size === 0) break;
      if (taken.length === 0) await Promise.race(running);
      for (const one of taken) {
        outcome.taken += 1;
        const building: Promise<void> = this.#build(one, plan, outcome)
          .catch((error: unknown) => logger.error('An item broke in the worker itself.', { error }))
          .finally(() => {
            running.delete(building);
            registry.notify();
          });
        running.add(building);
      }
    }
    await Promise.all(running);
    const { runId, ...counts } = outcome;
    if (counts.taken > 0) logger.info('A drain of the queue has ended.', { run_id: runId, ...counts });
    return outcome;
  }

  /** A plan is told once, not with each drain. */
  async #readPlan(): Promise<unknown> {
    const { host, logger } = this.#options;
    const plan = await this.#options.readPlan();
    const text = JSON.stringify(plan);
    if (host.client !== null && plan !== null && text !== this.#toldPlan) {
      this.#toldPlan = text;
      await reportPlan(host.client, plan, logger);
    }
    return plan;
  }

  async #build(
    taken: TakenJob,
    plan: unknown,
    outcome: { runId: string; succeeded: number; failed: number; requeued: number },
  ): Promise<void> {
    const { queue, host, registry, logger, logDirectory } = this.#options;
    const item = readItem(taken.payload);
    const version = item === null ? null : findVersion(item, plan);
    if (item === null || version === null) {
      const problem = item === null ? 'it is no item of a queue' : `no version of ${item.package} is known`;
      logger.error('An item cannot be built and is dropped.', { item: taken.jobId, problem });
      outcome.failed += 1;
      await queue.acknowledge([taken]);
      return;
    }
    const claim = toDirectClaim(taken.jobId, item, version);
    const attempt = new DirectAttempt(claim.attempt_id);
    registry.add(attempt, { attemptId: claim.attempt_id, attemptToken: '', fencing: claim.fencing });
    const holding = setInterval(() => void this.#holdOn(taken, attempt), holdMs / 3);
    try {
      const delivery = await buildItem(host, claim, attempt.signal, (phase) => (attempt.phase = phase));
      const isDone = delivery.result.status === 'succeeded';
      await this.#finish(taken, item, attempt, isDone, outcome);
      if (attempt.signal.aborted) return;
      if (isDone) outcome.succeeded += 1;
      else outcome.failed += 1;
      if (host.client !== null) {
        await reportBuild(host.client, { runId: outcome.runId, claim, delivery, logDirectory }, logger);
      }
    } finally {
      clearInterval(holding);
      registry.settle(claim.attempt_id);
      registry.forget(claim.attempt_id);
    }
  }

  /** A stopped item is the next worker's; a failed one comes again, later, as often as is allowed. */
  async #finish(
    taken: TakenJob,
    item: QueueItem,
    attempt: DirectAttempt,
    succeeded: boolean,
    outcome: { requeued: number },
  ): Promise<void> {
    const { queue, maxRequeues, pool } = this.#options;
    if (attempt.signal.aborted) return queue.giveBack([taken]);
    if (succeeded || item.attempts >= maxRequeues) return queue.acknowledge([taken]);
    const again = { ...item, attempts: item.attempts + 1 };
    const now = Date.now();
    const offer = toItemOffer(
      again,
      { pool, notBefore: now + backoffMs * 2 ** item.attempts },
      new Date(now),
    );
    await queue.offer([{ ...offer, jobId: taken.jobId }]);
    outcome.requeued += 1;
  }

  /** Who no longer holds an item stops building it: another worker has it. */
  async #holdOn(taken: TakenJob, attempt: DirectAttempt): Promise<void> {
    try {
      if ((await this.#options.queue.hold([taken], holdMs)).length > 0) return;
      attempt.stop({
        kind: 'lease-lost',
        code: 'ITEM_LOST',
        detail: 'the queue has given the item to another',
      });
    } catch (error) {
      this.#options.logger.warn('The queue did not hear that an item is still being built.', { error });
    }
  }
}
