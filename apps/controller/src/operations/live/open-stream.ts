import type { StreamTopic } from '@ironwheel/contracts';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError, Clock, CredentialWatch, ShutdownSignal, type Actor } from '../../platform/index.ts';
import { FeedRepository } from './feed.repository.ts';
import { findPosition, type FeedPosition } from './feed-position.ts';
import { LiveClient } from './live-client.ts';
import { LiveHub } from './live-hub.ts';
import { opening, writeReset } from './write-message.ts';

/** Who was away for longer, or missed more, reads everything anew: that is less than to be told all of it. */
const longestAwayMs = 15 * 60_000;
const mostMissed = 2_000;
const pageSize = 500;
/** Of one controller. */
const mostStreams = 500;

export interface StreamRequest {
  readonly request: FastifyRequest;
  readonly actor: Actor;
  readonly lastEventId: string | undefined;
  readonly topics: readonly StreamTopic[] | undefined;
  /** Aborts when the reader has gone. */
  readonly gone: AbortSignal;
  /** Closes the connection. */
  readonly cut: () => void;
}

export interface OpenedStream {
  readonly texts: AsyncGenerator<string>;
  close(): void;
}

@Injectable()
export class OpenStream {
  constructor(
    private readonly hub: LiveHub,
    private readonly feed: FeedRepository,
    private readonly credentials: CredentialWatch,
    private readonly shutdown: ShutdownSignal,
    private readonly clock: Clock,
    private readonly logger: StructuredLogger,
  ) {}

  async open({ request, actor, lastEventId, topics, gone, cut }: StreamRequest): Promise<OpenedStream> {
    if (this.hub.size >= mostStreams)
      throw new AppError('RATE_LIMITED', 'Too many streams are open on this controller.', {
        retryAfterS: 10,
      });
    await this.hub.begin();
    // Nothing may be handed out between the place that this stream begins at and its entry.
    const begin = this.hub.position;
    const client = new LiveClient(begin, topics);
    client.onCut = cut;
    client.push(opening);
    const after = lastEventId === undefined || lastEventId === '' ? undefined : lastEventId;
    if (after !== undefined) client.holdBack();
    this.hub.add(client);
    this.credentials.watch(request, actor, gone).addEventListener('abort', () => client.cut());
    if (after !== undefined) void this.#catchUp(client, after, begin);
    if (this.shutdown.isStopping) client.end();
    return { texts: client.read(), close: () => this.#close(client) };
  }

  #close(client: LiveClient): void {
    client.end();
    this.hub.remove(client);
  }

  /** Reads what the client missed, up to what the hub hands out from its entry on. */
  async #catchUp(client: LiveClient, lastEventId: string, begin: FeedPosition): Promise<void> {
    try {
      const from = findPosition(lastEventId);
      const reason = from === undefined ? 'unknown' : await this.#replay(client, from);
      if (reason !== null) {
        client.position = begin;
        client.push(writeReset(reason, begin));
      }
      client.release();
    } catch (error) {
      this.logger.warn('a stream could not catch up', { error });
      client.end();
    }
  }

  /** Null when all of it was sent, else why not. */
  async #replay(client: LiveClient, from: FeedPosition): Promise<string | null> {
    if (this.clock.now().getTime() - from.atMs > longestAwayMs) return 'too old';
    client.position = from;
    let at = from;
    for (let sent = 0; sent <= mostMissed; sent += pageSize) {
      const page = await this.feed.readPage(at, pageSize);
      if (page.isForeign) return 'another database';
      client.sendHistory(page.entries);
      if (page.isWhole) return null;
      at = page.end;
    }
    return 'too much';
  }
}
