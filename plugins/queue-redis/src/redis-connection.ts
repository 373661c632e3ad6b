import { createHash } from 'node:crypto';
import { QueueUnavailableError, type PluginLogger } from '@ironwheel/plugin-kit';
import { createClient } from '@redis/client';

type Client = ReturnType<typeof openClient>;

/** What does not answer within this time is not available, in milliseconds. */
const answerMs = 5000;
const longestDelayMs = 2000;

const openClient = (url: string) =>
  createClient({
    url,
    // A call on a lost connection fails at once: the caller knows better than a hidden line of calls what to do then.
    disableOfflineQueue: true,
    commandOptions: { timeout: answerMs },
    socket: {
      connectTimeout: answerMs,
      reconnectStrategy: (tries) => Math.min(longestDelayMs, 50 * 2 ** Math.min(tries, 10)),
    },
  });

/** One connection to a Redis that is made again for ever. What cannot be done now throws `QueueUnavailableError`. */
export class RedisConnection {
  /** Host, port and number of the database. */
  readonly place: string;
  readonly #client: Client;
  readonly #digests = new Map<string, string>();

  constructor(url: string, logger: PluginLogger) {
    const { host, pathname } = new URL(url);
    this.place = host + pathname.replace(/\/+$/, '');
    this.#client = openClient(url);
    let isAway = false;
    this.#client.on('error', (error: Error) => {
      if (!isAway)
        logger.warn('the connection to Redis is away and will be made again', { error: error.message });
      isAway = true;
    });
    this.#client.on('ready', () => {
      if (isAway) logger.info('the connection to Redis is back');
      isAway = false;
    });
  }

  /** Resolves when there is a connection or the first try has failed; it is tried again either way. */
  async open(): Promise<void> {
    const failed = new Promise((resolve) => this.#client.once('error', resolve));
    // It is rejected only when the client is closed before there ever was a connection.
    const connected = this.#client.connect().catch(() => undefined);
    await Promise.race([connected, failed]);
  }

  async run(script: string, key: string, parameters: readonly string[]): Promise<unknown> {
    const digest = this.#digests.get(script) ?? createHash('sha1').update(script).digest('hex');
    this.#digests.set(script, digest);
    const options = { keys: [key], arguments: [...parameters] };
    return this.call(async (client) => {
      try {
        return await client.evalSha(digest, options);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return client.eval(script, options);
      }
    });
  }

  async call<Answer>(ask: (client: Client) => Promise<Answer>): Promise<Answer> {
    try {
      return await ask(this.#client);
    } catch (error) {
      throw new QueueUnavailableError('redis', { cause: error });
    }
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }
}
