import type { PluginInstance } from './plugin.ts';

/** Work is kept in lanes, so that work nobody present can do never blocks work behind it. */
export interface Lane {
  readonly pool: string;
  readonly platformTag: string;
  readonly pythonTag: string;
}

export interface QueueOffer extends Lane {
  readonly jobId: string;
  readonly priority: number;
  /** Milliseconds since the epoch; earlier is taken first among equal priorities. */
  readonly enqueuedAt: number;
}

export interface QueueStats {
  readonly length: number;
  /** Age of the oldest item in seconds; null when empty. */
  readonly oldestAgeS: number | null;
}

/** A statement runner that the host hands in; inside a claim it is the claim's own transaction. */
export interface SqlExecutor {
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/**
 * A queue backend orders job ids and holds no truth about them: the caller confirms each id in Postgres.
 * `transaction` is given to backends with the ability `transactional`, which then act inside it.
 */
export interface QueueBackend extends PluginInstance {
  /** Adds jobs; one that is there already keeps its place and takes the new priority. */
  offer(offers: readonly QueueOffer[], transaction?: SqlExecutor): Promise<void>;
  /** Takes up to `max` job ids from the given lanes, highest priority and oldest first. */
  take(lanes: readonly Lane[], max: number, transaction?: SqlExecutor): Promise<string[]>;
  /** The taken jobs are claimed: the backend forgets them. */
  acknowledge(jobIds: readonly string[], transaction?: SqlExecutor): Promise<void>;
  /** The taken jobs were not claimed after all: they are offered again at their old place. */
  giveBack(jobIds: readonly string[], transaction?: SqlExecutor): Promise<void>;
  /** Withdraws jobs that are no longer wanted. */
  withdraw(jobIds: readonly string[], transaction?: SqlExecutor): Promise<void>;
  list(limit: number, offset: number): Promise<{ readonly jobId: string; readonly enqueuedAt: number }[]>;
  stats(): Promise<QueueStats>;
  /** Drops every item; returns how many. Backends without the ability `clear` throw `QueueUnsupportedError`. */
  clear(): Promise<number>;
}

export class QueueUnsupportedError extends Error {
  constructor(operation: string, backend: string) {
    super(`the queue backend ${backend} does not support ${operation}`);
    this.name = 'QueueUnsupportedError';
  }
}
