import { z } from 'zod';
import { ConfigError } from './load-config.ts';
import { listText } from './schemas.ts';
import type { ConfigOf, ConfigSection, KeyDefinitions } from './section.ts';

export const queueBackends = ['postgres', 'file', 'redis', 'kafka'] as const;
export type QueueBackendName = (typeof queueBackends)[number];

/** Where queues lie: the same keys for a controller and for a worker that drains a queue by itself. */
export const queuePlaceKeys = {
  QUEUE_FILE: {
    schema: z.string(),
    description:
      'Journal of `QUEUE_BACKEND=file`; unset: in the data directory. One host, or storage with locks that hold between hosts.',
  },
  REDIS_URL: {
    schema: z
      .string()
      .transform((text) => (text.includes('://') ? text : `redis://${text}`))
      .pipe(z.string().regex(/^rediss?:\/\/[^\s/]+/, 'expected redis://host:port, rediss://… or host:port')),
    secret: true,
    aliases: ['REDIS_ADDR'],
    description: 'Redis (6.2 or later) of `QUEUE_BACKEND=redis`, as a URL or as `host:port`.',
  },
  REDIS_KEY: {
    schema: z
      .string()
      .regex(/^[^{}\s]{1,200}$/, 'expected up to 200 characters, no braces and no white space'),
    default: 'ironwheel',
    description: 'Beginning of all keys of the queue in Redis; of several installations each has its own.',
  },
  KAFKA_BROKERS: {
    schema: listText.pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'expected host:port'))),
    default: '',
    description: 'Brokers of `QUEUE_BACKEND=kafka`, as `host:port`.',
  },
  KAFKA_TOPIC: {
    schema: z.string().regex(/^[A-Za-z0-9._-]{1,80}$/, 'expected letters, digits, `.`, `_`, `-`'),
    default: 'ironwheel',
    description: 'Beginning of the names of all topics of the queue, and name of its consumer group.',
  },
} as const satisfies KeyDefinitions;

export type QueuePlace = ConfigOf<ConfigSection<typeof queuePlaceKeys>>;

/** Whose queue it is: they never share one, even when their keys say the same. */
export type QueueUse = 'jobs' | 'direct';

/**
 * Plugin and configuration of a backend. `config` of postgres is the caller's own. Throws `ConfigError` when a key that
 * the backend needs is not set.
 */
export function toQueuePlugin<Name extends QueueBackendName>(
  backend: Name,
  place: QueuePlace,
  use: QueueUse,
): { readonly id: `queue-${Name}`; readonly config: Readonly<Record<string, unknown>> } {
  const id: `queue-${Name}` = `queue-${backend}`;
  const missing = (key: string): ConfigError =>
    new ConfigError([{ key, message: `is needed with QUEUE_BACKEND=${backend}` }]);
  switch (backend) {
    case 'postgres':
      return { id, config: {} };
    case 'file':
      return { id, config: place.QUEUE_FILE === undefined ? {} : { path: `${place.QUEUE_FILE}.${use}` } };
    case 'redis':
      if (place.REDIS_URL === undefined) throw missing('REDIS_URL');
      return { id, config: { url: place.REDIS_URL, key: `${place.REDIS_KEY}:${use}` } };
    case 'kafka':
      if (place.KAFKA_BROKERS.length === 0) throw missing('KAFKA_BROKERS');
      return { id, config: { brokers: place.KAFKA_BROKERS, topic: `${place.KAFKA_TOPIC}.${use}` } };
  }
}
