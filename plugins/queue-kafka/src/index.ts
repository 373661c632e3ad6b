import type { PluginModule } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import { KafkaClient } from './kafka-client.ts';
import { KafkaQueueBackend } from './kafka-queue-backend.ts';

const configSchema = z.strictObject({
  /** `host:port` each. */
  brokers: z.array(z.string().min(1)).min(1),
  /** Beginning of the names of the topics and groups of this queue. */
  topic: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
  partitions: z.number().int().positive().default(8),
});

export const plugin: PluginModule<KafkaQueueBackend, typeof configSchema> = {
  manifest: {
    id: 'queue-kafka',
    kind: 'queue',
    version: '0.1.0',
    api: { min: 1, max: 1 },
    description: 'Keeps the queue in Kafka: a topic and a consumer group for each lane.',
    abilities: [],
  },
  configSchema,
  open: ({ config, clock, logger }) =>
    Promise.resolve(new KafkaQueueBackend(new KafkaClient(config), { clock, logger })),
};
