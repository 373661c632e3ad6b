import { randomUUID } from 'node:crypto';
import {
  compareOffers,
  QueueUnsupportedError,
  toLaneKey,
  type Lane,
  type PluginClock,
  type PluginLogger,
  type ProbeResult,
  type QueueBackend,
  type QueueItem,
  type QueueOffer,
  type QueueStats,
  type TakenJob,
} from '@ironwheel/plugin-kit';
import type { KafkaClient } from './kafka-client.ts';
import { KafkaLane } from './kafka-lane.ts';

/** Withdrawals are remembered for records that are not read yet. */
const rememberedWithdrawals = 100_000;

/**
 * The queue in Kafka: a topic and a consumer group for each lane. A log cannot be searched, so that it lists and clears
 * nothing; what it holds of a lane that nobody has asked for in this process is known by its length only.
 */
export class KafkaQueueBackend implements QueueBackend {
  readonly place: string;
  readonly #client: KafkaClient;
  readonly #context: { readonly clock: PluginClock; readonly logger: PluginLogger };
  readonly #lanes = new Map<string, Promise<KafkaLane>>();
  readonly #withdrawn = new Set<string>();

  constructor(client: KafkaClient, context: { readonly clock: PluginClock; readonly logger: PluginLogger }) {
    this.#client = client;
    this.#context = context;
    this.place = `${client.settings.brokers.toSorted().join(',')} ${client.settings.topic}`;
  }

  async offer(offers: readonly QueueOffer[]): Promise<void> {
    const topics = Map.groupBy(offers, (offer) => this.#client.toTopic(offer));
    for (const { jobId } of offers) this.#withdrawn.delete(jobId);
    await Promise.all([...topics].map(([topic, part]) => this.#client.send(topic, part)));
  }

  async take(lanes: readonly Lane[], max: number, holdMs: number): Promise<TakenJob[]> {
    if (lanes.length === 0 || max <= 0) return [];
    await this.#leaveIdle();
    const asked = new Map(lanes.map((lane) => [toLaneKey(lane), lane]));
    const there = await this.#client.findLanes([...asked.values()]);
    const opened = await Promise.all(there.map((lane) => this.#lane(lane)));
    const found = await Promise.all(opened.map(async (lane) => ({ lane, offers: await lane.pick(max) })));
    const receipt = randomUUID();
    const best = found
      .flatMap(({ lane, offers }) => offers.map((offer) => ({ lane, offer })))
      // Another call may have taken some while this one waited for the rest.
      .filter(
        ({ lane, offer }) => lane.memory.has(offer.jobId) && lane.memory.receiptOf(offer.jobId) === null,
      )
      .sort((left, right) => compareOffers(left.offer, right.offer))
      .slice(0, max);
    for (const { lane, offer } of best) lane.take(offer.jobId, receipt, holdMs);
    return best.map(({ offer }) => ({ jobId: offer.jobId, receipt, payload: offer.payload ?? null }));
  }

  async hold(taken: readonly TakenJob[], holdMs: number): Promise<TakenJob[]> {
    const lanes = await this.#opened();
    return taken.filter((one) => lanes.some((lane) => lane.hold(one, holdMs)));
  }

  async acknowledge(taken: readonly TakenJob[]): Promise<void> {
    const lanes = await this.#opened();
    for (const lane of lanes) for (const one of taken) lane.acknowledge(one);
    if (taken.length > 0) await Promise.all(lanes.map((lane) => lane.commit()));
  }

  async giveBack(taken: readonly TakenJob[]): Promise<void> {
    for (const lane of await this.#opened()) {
      for (const { jobId, receipt } of taken) lane.memory.giveBack(jobId, receipt);
    }
  }

  async withdraw(jobIds: readonly string[]): Promise<void> {
    for (const jobId of jobIds) this.#withdrawn.add(jobId);
    const excess = this.#withdrawn.size - rememberedWithdrawals;
    if (excess > 0) for (const jobId of [...this.#withdrawn].slice(0, excess)) this.#withdrawn.delete(jobId);
    for (const lane of await this.#opened()) for (const jobId of jobIds) lane.withdraw(jobId);
  }

  async findMissing(offers: readonly QueueOffer[]): Promise<string[]> {
    const missing = new Set<string>();
    for (const [key, part] of Map.groupBy(offers, toLaneKey)) {
      const ids = part.map(({ jobId }) => jobId);
      const lane = await this.#lanes.get(key);
      const absent =
        lane === undefined || lane.isBroken
          ? (await this.#lagOf(
              this.#client.toTopic(part[0] ?? { pool: '', platformTag: '', pythonTag: '' }),
            )) === 0
            ? ids
            : []
          : await lane.findMissing(ids);
      for (const id of absent) missing.add(id);
    }
    return offers.map(({ jobId }) => jobId).filter((id) => missing.has(id));
  }

  async *known(): AsyncIterable<readonly string[]> {
    for (const lane of await this.#opened()) yield lane.memory.ids();
  }

  list(): Promise<QueueItem[]> {
    return Promise.reject(new QueueUnsupportedError('list', 'kafka'));
  }

  /** Lanes that are read here are known item by item, others by the length of their log. */
  async stats(): Promise<QueueStats> {
    const now = this.#context.clock.now();
    const opened = await this.#opened();
    const read = opened.map((lane) => lane.memory.stats(now));
    const own = new Set(opened.map(({ topic }) => topic));
    let length = read.reduce((sum, stats) => sum + stats.length, 0);
    for (const topic of (await this.#client.listTopics()).keys()) {
      if (!own.has(topic)) length += await this.#lagOf(topic);
    }
    const ages = read.flatMap(({ oldestAgeS }) => (oldestAgeS === null ? [] : [oldestAgeS]));
    return { length, oldestAgeS: ages.length === 0 ? null : Math.max(...ages) };
  }

  clear(): Promise<number> {
    return Promise.reject(new QueueUnsupportedError('clear', 'kafka'));
  }

  async probe(): Promise<ProbeResult> {
    return { ok: true, problems: [], facts: { brokers: await this.#client.countBrokers() } };
  }

  async close(): Promise<void> {
    for (const opening of this.#lanes.values()) await (await opening.catch(() => null))?.close();
    await this.#client.close();
  }

  /** Member of the lane's group, from the first taking on. */
  async #lane(lane: Lane): Promise<KafkaLane> {
    const key = toLaneKey(lane);
    const before = this.#lanes.get(key);
    const known = await before?.catch(() => undefined);
    if (known?.isBroken === false) return known;
    // Only the first of several callers that find it broken takes it away.
    if (known !== undefined && this.#lanes.get(key) === before) {
      this.#lanes.delete(key);
      void known.close();
    }
    const opening = this.#lanes.get(key) ?? this.#open(lane);
    this.#lanes.set(key, opening);
    try {
      return await opening;
    } catch (error) {
      if (this.#lanes.get(key) === opening) this.#lanes.delete(key);
      throw error;
    }
  }

  async #open(lane: Lane): Promise<KafkaLane> {
    const opened = new KafkaLane(lane, this.#client, this.#context, this.#withdrawn);
    try {
      await opened.open();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  async #opened(): Promise<KafkaLane[]> {
    const lanes = await Promise.allSettled(this.#lanes.values());
    return lanes.flatMap((lane) => (lane.status === 'fulfilled' && !lane.value.isBroken ? [lane.value] : []));
  }

  async #leaveIdle(): Promise<void> {
    for (const [key, opening] of this.#lanes) {
      const lane = await opening.catch(() => null);
      if (lane?.isIdle !== true) continue;
      this.#lanes.delete(key);
      await lane.close();
    }
  }

  #lagOf(topic: string): Promise<number> {
    return this.#client.countLag(topic);
  }
}
