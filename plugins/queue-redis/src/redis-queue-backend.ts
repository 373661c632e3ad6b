import { randomUUID } from 'node:crypto';
import {
  toLaneKey,
  type Lane,
  type ProbeResult,
  type QueueBackend,
  type QueueItem,
  type QueueOffer,
  type QueueStats,
  type TakenJob,
} from '@ironwheel/plugin-kit';
import type { RedisConnection } from './redis-connection.ts';
import {
  acknowledgeScript,
  clearScript,
  giveBackScript,
  holdScript,
  listScript,
  offerScript,
  statsScript,
  takeScript,
  withdrawScript,
} from './scripts.ts';

/** A script keeps the server to itself while it runs: offers go in parts of this many. */
const offersAtOnce = 500;
const oldestServer = [6, 2] as const;

const toPairs = (taken: readonly TakenJob[]): string[] =>
  taken.flatMap(({ jobId, receipt }) => [jobId, receipt]);

const pairUp = <Left, Right>(flat: unknown): (readonly [Left, Right])[] => {
  const list = flat as (Left | Right)[];
  return Array.from({ length: list.length / 2 }, (_, at) => [
    list[2 * at] as Left,
    list[2 * at + 1] as Right,
  ]);
};

/** The queue in a Redis, 6.2 or later. Each call is one atomic script. */
export class RedisQueueBackend implements QueueBackend {
  readonly place: string;
  readonly #redis: RedisConnection;
  readonly #key: string;

  constructor(redis: RedisConnection, key: string) {
    this.#redis = redis;
    this.#key = `{${key}}`;
    this.place = `${redis.place} ${key}`;
  }

  async offer(offers: readonly QueueOffer[]): Promise<void> {
    for (let from = 0; from < offers.length; from += offersAtOnce) {
      const part = offers.slice(from, from + offersAtOnce).map((offer) => ({
        id: offer.jobId,
        l: toLaneKey(offer),
        p: offer.priority,
        e: offer.enqueuedAt,
        ...(offer.notBefore === undefined ? {} : { n: offer.notBefore }),
        ...(offer.payload === undefined ? {} : { d: offer.payload }),
      }));
      await this.#run(offerScript, JSON.stringify(part));
    }
  }

  async take(lanes: readonly Lane[], max: number, holdMs: number): Promise<TakenJob[]> {
    if (lanes.length === 0 || max <= 0) return [];
    const receipt = randomUUID();
    const keys = new Set(lanes.map(toLaneKey));
    const answer = await this.#run(takeScript, String(max), String(holdMs), receipt, ...keys);
    return pairUp<string, string | null>(answer).map(([jobId, payload]) => ({ jobId, receipt, payload }));
  }

  async hold(taken: readonly TakenJob[], holdMs: number): Promise<TakenJob[]> {
    if (taken.length === 0) return [];
    const held = new Set((await this.#run(holdScript, String(holdMs), ...toPairs(taken))) as string[]);
    return taken.filter(({ jobId }) => held.has(jobId));
  }

  async acknowledge(taken: readonly TakenJob[]): Promise<void> {
    if (taken.length > 0) await this.#run(acknowledgeScript, ...toPairs(taken));
  }

  async giveBack(taken: readonly TakenJob[]): Promise<void> {
    if (taken.length > 0) await this.#run(giveBackScript, ...toPairs(taken));
  }

  async withdraw(jobIds: readonly string[]): Promise<void> {
    if (jobIds.length > 0) await this.#run(withdrawScript, ...jobIds);
  }

  async findMissing(offers: readonly QueueOffer[]): Promise<string[]> {
    if (offers.length === 0) return [];
    const ids = offers.map(({ jobId }) => jobId);
    const found = await this.#redis.call((client) => client.hmGet(`${this.#key}:items`, ids));
    return ids.filter((_, at) => found[at] === null);
  }

  async *known(): AsyncIterable<readonly string[]> {
    for (let cursor = '0'; ;) {
      const from = cursor;
      const part = await this.#redis.call((client) =>
        client.hScan(`${this.#key}:items`, from, { COUNT: 500 }),
      );
      yield part.entries.map(({ field }) => field);
      cursor = part.cursor;
      if (cursor === '0') return;
    }
  }

  async list(limit: number, offset: number): Promise<QueueItem[]> {
    const answer = await this.#run(listScript, String(limit), String(offset));
    return pairUp<string, string>(answer).map(([jobId, age]) => ({ jobId, enqueuedAt: Number(age) }));
  }

  async stats(): Promise<QueueStats> {
    const [length, ageMs] = (await this.#run(statsScript)) as [number, string];
    return { length, oldestAgeS: ageMs === '-1' ? null : Number(ageMs) / 1000 };
  }

  async clear(): Promise<number> {
    return (await this.#run(clearScript)) as number;
  }

  async probe(): Promise<ProbeResult> {
    const version = await this.serverVersion();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isOld = major < oldestServer[0] || (major === oldestServer[0] && minor < oldestServer[1]);
    const text = `The Redis is of version ${version}; 6.2 or later is needed.`;
    return {
      ok: !isOld,
      problems: isOld ? [{ code: 'QUEUE_SERVER_TOO_OLD', text }] : [],
      facts: { server_version: version, ...(await this.stats()) },
    };
  }

  close(): Promise<void> {
    return this.#redis.close();
  }

  async serverVersion(): Promise<string> {
    const info = await this.#redis.call((client) => client.info('server'));
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0';
  }

  #run(script: string, ...parameters: string[]): Promise<unknown> {
    return this.#redis.run(script, this.#key, parameters);
  }
}
