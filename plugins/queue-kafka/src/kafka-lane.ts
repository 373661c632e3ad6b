import { setTimeout as pause } from 'node:timers/promises';
import {
  QueueMemory,
  type Lane,
  type PluginClock,
  type PluginLogger,
  type QueueOffer,
  type TakenJob,
} from '@ironwheel/plugin-kit';
import type { KafkaClient, TextConsumer, TextMessage, TextStream } from './kafka-client.ts';
import { PartitionProgress } from './partition-progress.ts';

/** Records that are read ahead; their priorities are seen, those behind them are not. */
const windowSize = 10_000;
/** A taking waits this long for what is in the log already, in milliseconds. */
const catchUpMs = 5000;
const lookAgainMs = 10;
/** A lane that nobody asks for is left to the other members of its group, in milliseconds. */
const idleMs = 30_000;

interface Place {
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * One lane as a member of its consumer group: what was read of its topic lies in memory, in the order of taking, until it
 * is done. Ends for good when the broker or the group is lost; the backend opens another.
 */
export class KafkaLane {
  readonly topic: string;
  readonly #lane: Lane;
  readonly #client: KafkaClient;
  readonly #clock: PluginClock;
  readonly #logger: PluginLogger;
  readonly #withdrawn: ReadonlySet<string>;
  readonly #consumer: TextConsumer;
  readonly #memory = new QueueMemory();
  readonly #places = new Map<string, Place[]>();
  #partitions = new Map<number, PartitionProgress>();
  #stream: TextStream | null = null;
  #committing: Promise<void> | null = null;
  #isPaused = false;
  #usedAt: number;
  isBroken = false;

  constructor(
    lane: Lane,
    client: KafkaClient,
    context: { readonly clock: PluginClock; readonly logger: PluginLogger },
    withdrawn: ReadonlySet<string>,
  ) {
    this.#lane = lane;
    this.#client = client;
    this.topic = client.toTopic(lane);
    this.#clock = context.clock;
    this.#logger = context.logger;
    this.#withdrawn = withdrawn;
    this.#consumer = client.createConsumer(this.topic);
    this.#usedAt = this.#clock.monotonic();
  }

  /** Joins the group. */
  async open(): Promise<void> {
    await this.#client.ensureTopic(this.topic);
    this.#consumer.on('consumer:group:join', () => this.#forgetRevoked());
    this.#consumer.on('consumer:heartbeat:error', ({ error }) => this.#break(error));
    this.#stream = await this.#client.ask(() =>
      this.#consumer.consume({ topics: [this.topic], mode: 'committed', fallbackMode: 'earliest' }),
    );
    this.#stream.on('data', (message) => this.#read(message));
    this.#stream.on('error', (error) => this.#break(error));
  }

  get memory(): QueueMemory {
    return this.#memory;
  }

  get isIdle(): boolean {
    return this.#places.size === this.#waiting && this.#clock.monotonic() - this.#usedAt > idleMs;
  }

  get #waiting(): number {
    return this.#memory.stats(this.#clock.now()).length;
  }

  /** The best jobs, without taking them; waits for what the log holds already. */
  async pick(max: number): Promise<QueueOffer[]> {
    this.#usedAt = this.#clock.monotonic();
    const pick = (): QueueOffer[] => this.#memory.pick([this.#lane], max, this.#clock.now());
    if (pick().length < max) await this.#catchUp();
    return pick();
  }

  take(jobId: string, receipt: string, holdMs: number): void {
    this.#memory.take(jobId, receipt, this.#clock.now() + holdMs);
  }

  hold({ jobId, receipt }: TakenJob, holdMs: number): boolean {
    this.#memory.callUp(this.#clock.now());
    return this.#memory.hold(jobId, receipt, this.#clock.now() + holdMs);
  }

  acknowledge({ jobId, receipt }: TakenJob): void {
    if (this.#memory.acknowledge(jobId, receipt)) this.#done(jobId);
  }

  withdraw(jobId: string): void {
    if (this.#memory.withdraw(jobId)) this.#done(jobId);
  }

  /** Which of these the log does not hold; those in partitions of other members are left out. */
  async findMissing(jobIds: readonly string[]): Promise<string[]> {
    if (!(await this.#catchUp())) return [];
    const count = await this.#client.ensureTopic(this.topic);
    const own = this.#assigned();
    return jobIds.filter((id) => !this.#memory.has(id) && own.has(this.#client.partitionOf(id, count)));
  }

  /** Commits what is done. One commit at a time; what is done meanwhile goes with the next. */
  async commit(): Promise<void> {
    while (this.#committing !== null) await this.#committing;
    const own = this.#assigned();
    const offsets = [...this.#partitions].flatMap(([partition, progress]) => {
      const offset = own.has(partition) ? progress.committable : null;
      return offset === null ? [] : [{ topic: this.topic, partition, offset, leaderEpoch: -1 }];
    });
    if (offsets.length === 0) return;
    this.#committing = this.#client
      .ask(() => this.#consumer.commit({ offsets }))
      .then(() => {
        for (const { partition, offset } of offsets) this.#partitions.get(partition)?.committed(offset);
      })
      .finally(() => (this.#committing = null));
    await this.#committing;
  }

  async close(): Promise<void> {
    this.isBroken = true;
    await this.commit().catch(() => undefined);
    await this.#stream?.close().catch(() => undefined);
    await this.#consumer.close(true).catch(() => undefined);
  }

  #assigned(): Set<number> {
    const own = this.#consumer.assignments?.find(({ topic }) => topic === this.topic);
    return new Set(own?.partitions ?? []);
  }

  #read({ partition, offset, value }: TextMessage): void {
    const progress = this.#partitions.get(partition) ?? new PartitionProgress();
    this.#partitions.set(partition, progress);
    if (!progress.read(offset)) return;
    const offer = parseOffer(value);
    if (offer === null || this.#withdrawn.has(offer.jobId)) {
      progress.done(offset);
      if (offer === null) this.#logger.warn('passed over a record that is no offer', { topic: this.topic });
      return;
    }
    this.#memory.offer(offer);
    this.#places.set(offer.jobId, [...(this.#places.get(offer.jobId) ?? []), { partition, offset }]);
    if (this.#memory.size >= windowSize && !this.#isPaused) {
      this.#isPaused = true;
      this.#stream?.pause();
    }
  }

  #done(jobId: string): void {
    for (const { partition, offset } of this.#places.get(jobId) ?? [])
      this.#partitions.get(partition)?.done(offset);
    this.#places.delete(jobId);
    if (this.#isPaused && this.#memory.size < windowSize / 2) {
      this.#isPaused = false;
      this.#stream?.resume();
    }
  }

  /** What waits in partitions that went to another member is that member's now. What is taken is finished here. */
  #forgetRevoked(): void {
    const own = this.#assigned();
    for (const [jobId, places] of this.#places) {
      if (places.every(({ partition }) => own.has(partition)) || this.#memory.receiptOf(jobId) !== null)
        continue;
      this.#memory.withdraw(jobId);
      this.#places.delete(jobId);
    }
    this.#partitions = new Map([...this.#partitions].filter(([partition]) => own.has(partition)));
  }

  #break(error: Error): void {
    if (!this.isBroken)
      this.#logger.warn('a lane has lost its broker', { topic: this.topic, error: error.message });
    this.isBroken = true;
  }

  /** False when the log could not be read to its end in time, or the window is full before. */
  async #catchUp(): Promise<boolean> {
    const ends = (await this.#client.ask(() => this.#consumer.listOffsets({ topics: [this.topic] }))).get(
      this.topic,
    );
    for (const end = this.#clock.monotonic() + catchUpMs; this.#clock.monotonic() < end && !this.isBroken;) {
      if (this.#isPaused) return false;
      if (
        this.#consumer.isActive() &&
        [...this.#assigned()].every((one) => this.#hasRead(one, ends?.[one] ?? 0n))
      ) {
        return true;
      }
      await pause(lookAgainMs);
    }
    return false;
  }

  #hasRead(partition: number, end: bigint): boolean {
    const next =
      this.#partitions.get(partition)?.next ?? this.#stream?.offsetsToFetch.get(`${this.topic}:${partition}`);
    return next !== undefined && next >= end;
  }
}

function parseOffer(text: string): QueueOffer | null {
  try {
    const offer = JSON.parse(text) as Partial<QueueOffer> | null;
    const { jobId, priority, enqueuedAt, pool, platformTag, pythonTag } = offer ?? {};
    const isOffer =
      [jobId, pool, platformTag, pythonTag].every((part) => typeof part === 'string') &&
      [priority, enqueuedAt].every((part) => typeof part === 'number');
    return isOffer ? (offer as QueueOffer) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
