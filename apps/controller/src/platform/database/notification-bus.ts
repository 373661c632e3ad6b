import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { StructuredLogger } from '@ironwheel/logging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import pg from 'pg';
import { DATABASE_CONNECTION, toClientOptions, type DatabaseConnection } from './connection.ts';

export type NotificationHandler = (payload: string) => void;

const firstDelayMs = 100;
const longestDelayMs = 5000;
const maxPayloadBytes = 7900;

/**
 * LISTEN/NOTIFY on a connection of its own, so that several controllers on one database wake each other. What is
 * sent while the connection is away is lost: after each reconnect every handler is called once with an empty
 * payload, which means "look for yourself".
 */
@Injectable()
export class NotificationBus implements OnModuleInit {
  readonly #connection: DatabaseConnection;
  readonly #logger: StructuredLogger;
  readonly #handlers = new Map<string, Set<NotificationHandler>>();
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #delayMs = firstDelayMs;
  #isStopped = false;

  constructor(@Inject(DATABASE_CONNECTION) connection: DatabaseConnection, logger: StructuredLogger) {
    this.#connection = connection;
    this.#logger = logger.child({ component: 'notifications' });
  }

  /** False while the connection is away and being made again. */
  get isConnected(): boolean {
    return this.#client !== null;
  }

  async onModuleInit(): Promise<void> {
    await this.#connect();
  }

  /** Calls `handler` with each payload of the channel; returns what takes it away again. */
  async listen(channel: string, handler: NotificationHandler): Promise<() => void> {
    const name = checkChannel(channel);
    const handlers = this.#handlers.get(name) ?? new Set();
    handlers.add(handler);
    if (!this.#handlers.has(name)) {
      this.#handlers.set(name, handlers);
      await this.#client?.query(`LISTEN ${name}`);
    }
    return () => void handlers.delete(handler);
  }

  /** Sends when `tx` commits. The payload is short text, 7900 bytes at most: an id, not a document. */
  async notify(tx: SqlExecutor, channel: string, payload = ''): Promise<void> {
    await this.notifyAll(tx, channel, [payload]);
  }

  /** Several of them, in one statement. */
  async notifyAll(tx: SqlExecutor, channel: string, payloads: readonly string[]): Promise<void> {
    for (const payload of payloads)
      if (Buffer.byteLength(payload) > maxPayloadBytes) throw new RangeError('the notification is too long');
    await tx.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [
      checkChannel(channel),
      [...new Set(payloads)],
    ]);
  }

  /** Called once, at the end. */
  async close(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(toClientOptions(this.#connection, 'ironwheel-listen'));
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, undefined));
    client.on('notification', (message) => this.#dispatch(message.channel, message.payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.#handlers.keys()) await client.query(`LISTEN ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      this.#retry(error);
      return;
    }
    this.#client = client;
    this.#delayMs = firstDelayMs;
    for (const channel of this.#handlers.keys()) this.#dispatch(channel, '');
  }

  #lose(client: pg.Client, error: Error | undefined): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (!this.#isStopped) this.#retry(error);
  }

  #retry(error: unknown): void {
    if (this.#isStopped) return;
    this.#logger.warn('the notification connection is away and will be made again', {
      delay_ms: this.#delayMs,
      error: error instanceof Error ? error.message : undefined,
    });
    this.#timer = setTimeout(() => void this.#connect(), this.#delayMs);
    this.#delayMs = Math.min(longestDelayMs, this.#delayMs * 2);
  }

  #dispatch(channel: string, payload: string): void {
    for (const handler of this.#handlers.get(channel) ?? []) {
      try {
        handler(payload);
      } catch (error) {
        this.#logger.error('a notification handler failed', { channel, error });
      }
    }
  }
}

function checkChannel(channel: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(channel)) throw new Error(`not a channel name: ${channel}`);
  return channel;
}
