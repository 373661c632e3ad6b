import { streamTopics, type StreamTopic } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { poolChangedChannel, poolRoomChannel, workerIntentChannel } from '../../fleet/index.ts';
import { Database, EventBus, NotificationBus } from '../../platform/index.ts';
import { policyChangedChannel } from '../../work/policies/index.ts';
import { LiveHub } from './live-hub.ts';

const channel = 'live_changed';
/** What changes within this time is told together. */
const gatherMs = 500;
/** More ids than these are told as "any of them". */
const mostIds = 20;

/** Channels that say by themselves what changed; each controller hears them. The payload is an id, or empty. */
const heard: Readonly<Record<string, StreamTopic>> = {
  [workerIntentChannel]: 'workers',
  [poolChangedChannel]: 'pools',
  [poolRoomChannel]: 'pools',
  [policyChangedChannel]: 'policies',
};

const isTopic = (text: string): text is StreamTopic => (streamTopics as readonly string[]).includes(text);

/** The topic of a state-changing route: `POST /api/hints/:id` → `hints`, `POST /api/plan/compute` → `plans`. */
export function topicOfRoute(template: string): StreamTopic | null {
  const named = template.split('/')[2] ?? '';
  const area = named === 'plan' ? 'plans' : named;
  return isTopic(area) ? area : null;
}

/**
 * Gathers what changed, for those who read the stream: ids only, so that pages know what to ask for again. Nothing is kept;
 * who was away asks for everything. What this process hears of itself goes to the other controllers by NOTIFY, twice a second
 * at most.
 */
@Injectable()
export class ChangeNotices implements OnModuleInit, OnModuleDestroy {
  readonly #pending = new Map<StreamTopic, Set<string>>();
  readonly #stops: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly events: EventBus,
    private readonly notifications: NotificationBus,
    private readonly database: Database,
    private readonly hub: LiveHub,
    private readonly logger: StructuredLogger,
  ) {}

  async onModuleInit(): Promise<void> {
    const { events } = this;
    this.#stops.push(
      events.on('job.changed', ({ jobId }) => this.#note('jobs', jobId)),
      events.on('job.ended', ({ jobId }) => this.#note('jobs', jobId)),
      events.on('attempt.claimed', ({ attemptId, jobId, workerId }) => {
        this.#note('attempts', attemptId);
        this.#note('jobs', jobId);
        this.#note('workers', workerId);
      }),
      events.on('attempt.ended', ({ attemptId, jobId }) => {
        this.#note('attempts', attemptId);
        this.#note('jobs', jobId);
        this.#note('workers', '');
      }),
      events.on('server.archived', ({ serverId }) => this.#note('servers', serverId)),
      events.on('command.ended', ({ serverId }) => this.#note('servers', serverId)),
      events.on('request.audited', ({ route, subject }) => {
        const topic = topicOfRoute(route);
        if (topic !== null) this.#note(topic, subject ?? '');
      }),
    );
    this.#stops.push(await this.notifications.listen(channel, (payload) => this.#relay(payload)));
    for (const [name, topic] of Object.entries(heard)) {
      this.#stops.push(
        await this.notifications.listen(name, (id) =>
          this.hub.tellChanged({ topic, ids: id === '' ? [] : [id] }),
        ),
      );
    }
  }

  onModuleDestroy(): void {
    for (const stop of this.#stops) stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #note(topic: StreamTopic, id: string): void {
    const ids = this.#pending.get(topic) ?? new Set();
    this.#pending.set(topic, ids.add(id));
    this.#timer ??= setTimeout(() => this.#tell(), gatherMs).unref();
  }

  #tell(): void {
    this.#timer = null;
    const notes = [...this.#pending].map(([topic, ids]) => {
      const isAny = ids.size > mostIds || ids.has('');
      return [topic, ...(isAny ? [] : ids)].join(' ');
    });
    this.#pending.clear();
    this.#send(notes).catch((error: unknown) => {
      // Without the database there is nothing new to read either; the pages ask again when it is back.
      this.logger.debug('open streams could not be told what changed', { error });
    });
  }

  async #send(notes: readonly string[]): Promise<void> {
    for (const note of notes) await this.notifications.notify(this.database, channel, note);
  }

  #relay(payload: string): void {
    const [topic = '', ...ids] = payload.split(' ');
    if (isTopic(topic)) {
      this.hub.tellChanged({ topic, ids });
      return;
    }
    // The connection was away: whatever was told meanwhile is lost.
    if (payload === '') for (const each of streamTopics) this.hub.tellChanged({ topic: each, ids: [] });
  }
}
