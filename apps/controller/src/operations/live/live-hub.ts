import type { StreamChanged } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, ShutdownSignal } from '../../platform/index.ts';
import { FeedRepository } from './feed.repository.ts';
import type { FeedPosition } from './feed-position.ts';
import type { LiveClient } from './live-client.ts';
import { heartbeat, writeBeat, writeChanged } from './write-message.ts';

const lookEveryMs = 1_000;
const beatEveryMs = 2_000;
/** For whatever stands between. */
const heartbeatEveryMs = 15_000;
const pageSize = 500;

/**
 * Reads what is new in the history once for all open streams of this controller, and hands it to each. Looks only while
 * somebody reads; whichever controller wrote an event, the database has it.
 */
@Injectable()
export class LiveHub implements OnModuleInit {
  readonly #clients = new Set<LiveClient>();
  readonly #logger: StructuredLogger;
  /** Up to where everything was handed to every client; null while nobody reads. */
  #position: FeedPosition | null = null;
  #starting: Promise<FeedPosition> | null = null;
  #lastEnd: FeedPosition | null = null;
  /** One for each time that somebody begins to read. */
  #round: { timer: NodeJS.Timeout | null } | null = null;
  #isFailing = false;

  constructor(
    private readonly feed: FeedRepository,
    private readonly shutdown: ShutdownSignal,
    private readonly clock: Clock,
    logger: StructuredLogger,
  ) {
    this.#logger = logger.child({ component: 'live' });
  }

  onModuleInit(): void {
    this.shutdown.signal.addEventListener('abort', () => {
      for (const client of this.#clients) client.end();
      this.#stop();
    });
  }

  get size(): number {
    return this.#clients.size;
  }

  /** After it `position` tells the place from which a stream that begins now goes on. */
  async begin(): Promise<void> {
    if (this.#position !== null) return;
    this.#starting ??= this.feed.readEnd().finally(() => (this.#starting = null));
    this.#lastEnd = await this.#starting;
  }

  get position(): FeedPosition {
    const position = this.#position ?? this.#lastEnd;
    if (position === null) throw new Error('the feed was not begun');
    return position;
  }

  /** From now on the client gets what is behind `position`. */
  add(client: LiveClient): void {
    this.#position ??= this.position;
    client.heartbeatDueMs = this.clock.now().getTime() + heartbeatEveryMs;
    this.#clients.add(client);
    if (this.#round !== null) return;
    const round: { timer: NodeJS.Timeout | null } = { timer: null };
    this.#round = round;
    round.timer = setTimeout(() => void this.#look(round), 0);
  }

  remove(client: LiveClient): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#stop();
  }

  tellChanged(changed: StreamChanged): void {
    const text = writeChanged(changed);
    for (const client of this.#clients) if (client.wants(changed.topic)) client.push(text);
  }

  #stop(): void {
    const timer = this.#round?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    this.#round = null;
    this.#position = null;
  }

  async #look(round: { timer: NodeJS.Timeout | null }): Promise<void> {
    const lookedAt = this.clock.now();
    let isWhole = true;
    try {
      isWhole = await this.#handOut();
      this.#isFailing = false;
      if (isWhole) this.#beat(lookedAt);
    } catch (error) {
      // Without beats the readers see for themselves how old everything is.
      if (!this.#isFailing) this.#logger.warn('the history cannot be read for open streams', { error });
      this.#isFailing = true;
    }
    this.#sendHeartbeats(lookedAt.getTime());
    if (this.#round === round)
      round.timer = setTimeout(() => void this.#look(round), isWhole ? lookEveryMs : 0);
  }

  async #handOut(): Promise<boolean> {
    const from = this.#position;
    if (from === null) return true;
    const page = await this.feed.readPage(from, pageSize);
    // Everybody has gone meanwhile, and perhaps others have come.
    if (this.#position !== from) return true;
    if (page.isForeign) {
      // The database was put back: whoever reads has to begin anew.
      for (const client of this.#clients) client.end();
      return true;
    }
    this.#position = page.end;
    for (const client of this.#clients) client.pushHistory(page.entries);
    return page.isWhole;
  }

  #beat(lookedAt: Date): void {
    const position = this.#position;
    if (position === null) return;
    const now = this.clock.now();
    for (const client of this.#clients) {
      if (client.isCatchingUp || client.beatDueMs > now.getTime()) continue;
      client.beatDueMs = now.getTime() + beatEveryMs;
      client.push(writeBeat({ at: lookedAt.toISOString(), now: now.toISOString() }, position));
    }
  }

  #sendHeartbeats(nowMs: number): void {
    for (const client of this.#clients) {
      if (client.heartbeatDueMs > nowMs) continue;
      client.heartbeatDueMs = nowMs + heartbeatEveryMs;
      client.push(heartbeat);
    }
  }
}
