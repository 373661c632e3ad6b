import { QueueUnavailableError, type PluginModule } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import { RedisConnection } from './redis-connection.ts';
import { RedisQueueBackend } from './redis-queue-backend.ts';

const configSchema = z.strictObject({
  /** `redis://` or `rediss://`, with user and password when need be. */
  url: z.string().regex(/^rediss?:\/\//, 'expected a redis:// or rediss:// URL'),
  /** Below it all keys of the queue lie; of two queues on one Redis each has its own. */
  key: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^{}\s]+$/, 'expected no braces and no white space'),
});

export const plugin: PluginModule<RedisQueueBackend, typeof configSchema> = {
  manifest: {
    id: 'queue-redis',
    kind: 'queue',
    version: '0.1.0',
    api: { min: 1, max: 1 },
    description: 'Keeps the queue in a Redis, 6.2 or later, by atomic scripts.',
    abilities: ['list', 'clear'],
  },
  configSchema,
  /** A Redis that is away is waited for while the host runs; one that is too old is refused. */
  open: async ({ config, logger }) => {
    const connection = new RedisConnection(config.url, logger);
    await connection.open();
    const backend = new RedisQueueBackend(connection, config.key);
    try {
      const { problems } = await backend.probe();
      const [problem] = problems;
      if (problem !== undefined) throw new Error(problem.text);
    } catch (error) {
      if (error instanceof QueueUnavailableError) return backend;
      await connection.close();
      throw error;
    }
    return backend;
  },
};
