import type { PluginInstance } from './plugin.ts';

/** Work is kept in lanes, so that work nobody present can do never blocks work behind it. */
export interface Lane {
  readonly pool: string;
  readonly platformTag: string;
  readonly pythonTag: string;
}

export interface QueueOffer extends Lane {
  /** Offers of one id are one item. */
  readonly jobId: string;
  /** -1000 to 1000. */
  readonly priority: number;
  /** Milliseconds since the epoch; earlier is taken first among equal priorities. */
  readonly enqueuedAt: number;
  /** Milliseconds since the epoch before which it is not taken; unset: at once. */
  readonly notBefore?: number | undefined;
  /** Carried along unread, 64 KiB at most: for queues without a Postgres behind them. */
  readonly payload?: string | undefined;
}

/** A job that was taken, and by which taking: what became of an earlier taking does not touch a later one. */
export interface TakenJob {
  readonly jobId: string;
  readonly receipt: string;
  readonly payload: string | null;
}

export interface QueueStats {
  /** Items that wait; those that are taken do not count. */
  readonly length: number;
  /** Age of the oldest item that waits, in seconds; null when there is none. */
  readonly oldestAgeS: number | null;
}

/** A statement runner that the host hands in; inside a claim it is the claim's own transaction. */
export interface SqlExecutor {
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/**
 * Abilities of a queue backend, as its manifest names them. `transactional`: it takes part in the caller's
 * transaction, and a rollback undoes what it did. `list` and `clear`: it offers the methods of that name; without
 * the ability they throw `QueueUnsupportedError`.
 */
export const queueAbilities = ['transactional', 'list', 'clear'] as const;
export type QueueAbility = (typeof queueAbilities)[number];

/**
 * A queue backend orders job ids and holds no truth about them: the caller confirms each id in Postgres. It may give
 * out a job twice, and should not lose one. `transaction` is given to backends with the ability `transactional`.
 */
export interface QueueBackend extends PluginInstance {
  /** Which queue it is, without secrets: two backends that say the same share their items. */
  readonly place: string;
  /**
   * Adds jobs. One that waits already keeps its age and takes the new priority, delay and payload; one that is taken waits
   * again, and its taking has ended.
   */
  offer(offers: readonly QueueOffer[], transaction?: SqlExecutor): Promise<void>;
  /**
   * Takes up to `max` jobs from the given lanes, highest priority and oldest first. What is neither acknowledged, given
   * back nor held on to within `holdMs` is offered again; with `transactional`, only a rollback does that.
   */
  take(lanes: readonly Lane[], max: number, holdMs: number, transaction?: SqlExecutor): Promise<TakenJob[]>;
  /** Goes on holding what was taken, `holdMs` from now. Returns those that it still holds. */
  hold(taken: readonly TakenJob[], holdMs: number): Promise<TakenJob[]>;
  /** What was taken is done with: the backend forgets it. */
  acknowledge(taken: readonly TakenJob[], transaction?: SqlExecutor): Promise<void>;
  /** What was taken was not done after all: it is offered again at its old place. */
  giveBack(taken: readonly TakenJob[], transaction?: SqlExecutor): Promise<void>;
  /** With `transactional`: a transaction in which it took was rolled back, so that what it took waits again. */
  noteRollback?(): void;
  /** Withdraws jobs that are no longer wanted, taken or not. Kafka can do so in this process only. */
  withdraw(jobIds: readonly string[], transaction?: SqlExecutor): Promise<void>;
  /** Which of these jobs it does not have, neither waiting nor taken. Those that it cannot tell about are left out. */
  findMissing(offers: readonly QueueOffer[]): Promise<string[]>;
  /** Ids of all that it has, taken or not, in batches, in no order; what changes meanwhile may be missed or repeated. */
  known(): AsyncIterable<readonly string[]>;
  /** What waits, in the order of taking; delayed items behind the others. Throws `QueueUnsupportedError`. */
  list(limit: number, offset: number): Promise<QueueItem[]>;
  stats(): Promise<QueueStats>;
  /** Drops every item; returns how many. Throws `QueueUnsupportedError`. */
  clear(): Promise<number>;
}

export interface QueueItem {
  readonly jobId: string;
  readonly enqueuedAt: number;
}

export class QueueUnsupportedError extends Error {
  constructor(
    readonly operation: QueueAbility,
    backend: string,
  ) {
    super(`the queue backend ${backend} does not support ${operation}`);
    this.name = 'QueueUnsupportedError';
  }
}

/** The server behind a backend does not answer, or answers with an error of its own. It may be tried again. */
export class QueueUnavailableError extends Error {
  constructor(backend: string, options?: ErrorOptions) {
    const { cause } = options ?? {};
    super(`the queue backend ${backend} is not available: ${describeCause(cause)}`, options);
    this.name = 'QueueUnavailableError';
  }
}

const describeCause = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** One text for a lane; no part of it holds a space. */
export const toLaneKey = (lane: Lane): string => `${lane.pool} ${lane.platformTag} ${lane.pythonTag}`;

/** Highest priority first, then the oldest, then by id. */
export const compareOffers = (
  left: Pick<QueueOffer, 'priority' | 'enqueuedAt' | 'jobId'>,
  right: Pick<QueueOffer, 'priority' | 'enqueuedAt' | 'jobId'>,
): number =>
  right.priority - left.priority ||
  left.enqueuedAt - right.enqueuedAt ||
  (left.jobId < right.jobId ? -1 : left.jobId > right.jobId ? 1 : 0);
