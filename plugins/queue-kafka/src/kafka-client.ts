import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { QueueUnavailableError, type Lane, type QueueOffer } from '@ironwheel/plugin-kit';
import {
  Admin,
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
  type Message,
  type MessagesStream,
} from '@platformatic/kafka';

export type TextMessage = Message<string, string, string, string>;
export type TextStream = MessagesStream<string, string, string, string>;
export type TextConsumer = Consumer<string, string, string, string>;

/** What does not answer within this time is not available, in milliseconds. */
const answerMs = 5000;
const longestTopic = 200;

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Of a topic that is made here; most takers of one lane that can work at the same time. */
  readonly partitions: number;
}

const hasCode = (error: unknown, apiId: string): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { apiId: own, errors, cause } = error as { apiId?: unknown; errors?: unknown; cause?: unknown };
  if (own === apiId) return true;
  return (Array.isArray(errors) && errors.some((one) => hasCode(one, apiId))) || hasCode(cause, apiId);
};

/** Producer and administration of one queue; a topic for each lane. */
export class KafkaClient {
  readonly settings: KafkaSettings;
  readonly #producer: Producer<string, string, string, string>;
  readonly #admin: Admin;
  /** Partitions of the topics that are there for certain. */
  readonly #topics = new Map<string, Promise<number>>();
  #listing: Promise<string[]> | null = null;

  constructor(settings: KafkaSettings) {
    this.settings = settings;
    this.#admin = new Admin(this.#base());
    this.#producer = new Producer({ ...this.#base(), serializers: stringSerializers, acks: -1 });
  }

  /** Name of a lane's topic, which is also that of its consumer group. */
  toTopic(lane: Lane): string {
    const name = [this.settings.topic, lane.pool, lane.platformTag, lane.pythonTag].join('.');
    const safe = name.replaceAll(/[^A-Za-z0-9._-]/g, '-');
    if (safe === name && name.length <= longestTopic) return name;
    return `${safe.slice(0, longestTopic)}.${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  }

  /** How many partitions a topic has; it is made when there is none. */
  async ensureTopic(topic: string): Promise<number> {
    const known = this.#topics.get(topic) ?? this.#ensure(topic);
    this.#topics.set(topic, known);
    try {
      return await known;
    } catch (error) {
      this.#topics.delete(topic);
      throw error;
    }
  }

  /** Those of the lanes that have a topic: to the others nothing was ever offered. */
  async findLanes(lanes: readonly Lane[]): Promise<Lane[]> {
    if (lanes.every((lane) => this.#topics.has(this.toTopic(lane)))) return [...lanes];
    this.#listing ??= this.ask(() => this.#admin.listTopics()).finally(() => (this.#listing = null));
    const there = new Set(await this.#listing);
    return lanes.filter((lane) => there.has(this.toTopic(lane)));
  }

  /** Topics of this queue that there are, with the number of their partitions. */
  async listTopics(): Promise<Map<string, number>> {
    const names = await this.ask(() => this.#admin.listTopics());
    const own = names.filter((name) => name.startsWith(`${this.settings.topic}.`));
    const counts = new Map<string, number>();
    for (const name of own) counts.set(name, await this.ensureTopic(name));
    return counts;
  }

  partitionOf(jobId: string, partitions: number): number {
    return crc32(jobId) % partitions;
  }

  async send(topic: string, offers: readonly QueueOffer[]): Promise<void> {
    const partitions = await this.ensureTopic(topic);
    const messages = offers.map((offer) => ({
      topic,
      key: offer.jobId,
      value: JSON.stringify(offer),
      partition: this.partitionOf(offer.jobId, partitions),
    }));
    await this.ask(() => this.#producer.send({ messages }));
  }

  createConsumer(topic: string): TextConsumer {
    return new Consumer({
      ...this.#base(),
      groupId: topic,
      deserializers: stringDeserializers,
      autocommit: false,
      sessionTimeout: 10_000,
      heartbeatInterval: 1000,
      rebalanceTimeout: 10_000,
      maxWaitTime: 500,
    });
  }

  /** Records behind the committed offsets of the group; those that are done out of order count. */
  async countLag(topic: string): Promise<number> {
    const partitions = Array.from({ length: await this.ensureTopic(topic) }, (_, index) => index);
    const consumer = this.createConsumer(topic);
    try {
      const [ends, starts, committed] = await this.ask(() =>
        Promise.all([
          consumer.listOffsets({ topics: [topic] }),
          consumer.listOffsets({ topics: [topic], timestamp: -2n }),
          consumer.listCommittedOffsets({ topics: [{ topic, partitions }] }),
        ]),
      );
      return partitions.reduce((sum, partition) => {
        const done = committed.get(topic)?.[partition] ?? -1n;
        const start = starts.get(topic)?.[partition] ?? 0n;
        return sum + Number((ends.get(topic)?.[partition] ?? 0n) - (done < start ? start : done));
      }, 0);
    } finally {
      await consumer.close(true).catch(() => undefined);
    }
  }

  async countBrokers(): Promise<number> {
    return (await this.ask(() => this.#admin.metadata({ topics: [], forceUpdate: true }))).brokers.size;
  }

  async ask<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      throw new QueueUnavailableError('kafka', { cause: error });
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#producer.close(true), this.#admin.close()]);
  }

  async #ensure(topic: string): Promise<number> {
    const { partitions } = this.settings;
    try {
      await this.#admin.createTopics({ topics: [topic], partitions, replicas: -1 });
    } catch (error) {
      if (!hasCode(error, 'TOPIC_ALREADY_EXISTS')) throw new QueueUnavailableError('kafka', { cause: error });
    }
    const metadata = await this.ask(() => this.#admin.metadata({ topics: [topic], forceUpdate: true }));
    return metadata.topics.get(topic)?.partitionsCount ?? partitions;
  }

  #base(): {
    clientId: string;
    bootstrapBrokers: string[];
    timeout: number;
    connectTimeout: number;
    retries: number;
    retryDelay: number;
  } {
    return {
      clientId: 'ironwheel',
      bootstrapBrokers: [...this.settings.brokers],
      timeout: answerMs,
      connectTimeout: answerMs,
      retries: 2,
      retryDelay: 200,
    };
  }
}
