import { join } from 'node:path';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { loadPlugin, type QueueBackend } from '@ironwheel/plugin-kit';
import { Module } from '@nestjs/common';
import {
  Clock,
  DataDirectory,
  Database,
  Metrics,
  NotificationBus,
  queueSection,
  ShutdownSignal,
} from '../../platform/index.ts';
import { QueueGateway } from './queue-gateway.ts';

/** The built-in backends; one that someone else wrote goes through the same loader. */
const catalogue: Readonly<Record<string, () => Promise<unknown>>> = {
  postgres: () => import('@ironwheel/plugin-queue-postgres'),
};

@Module({
  providers: [
    {
      provide: QueueGateway,
      inject: [
        LoadedConfig,
        StructuredLogger,
        Database,
        NotificationBus,
        Clock,
        DataDirectory,
        ShutdownSignal,
        Metrics,
      ],
      useFactory: async (
        config: LoadedConfig,
        logger: StructuredLogger,
        database: Database,
        notifications: NotificationBus,
        clock: Clock,
        dataDirectory: DataDirectory,
        shutdown: ShutdownSignal,
        metrics: Metrics,
      ): Promise<QueueGateway> => {
        const id = config.get(queueSection).QUEUE_BACKEND;
        const { instance } = await loadPlugin<QueueBackend>({
          id: `queue-${id}`,
          kind: 'queue',
          load: catalogue[id] ?? (() => Promise.reject(new Error(`there is no queue backend ${id}`))),
          config: { sql: database },
          context: {
            logger: logger.child({ plugin: `queue-${id}` }),
            clock: { now: () => clock.now().getTime(), monotonic: () => performance.now() },
            workDirectory: join(dataDirectory.path, 'plugins', `queue-${id}`),
            signal: shutdown.signal,
          },
        });
        const gateway = new QueueGateway(id, instance, notifications);
        reportDepth(gateway, metrics);
        return gateway;
      },
    },
  ],
  exports: [QueueGateway],
})
export class QueueModule {}

function reportDepth(gateway: QueueGateway, metrics: Metrics): void {
  metrics.gauge({
    name: 'queue_depth',
    help: 'Jobs in the queue.',
    collect: async (gauge) => gauge.set((await gateway.stats()).length),
  });
  metrics.gauge({
    name: 'queue_oldest_age_seconds',
    help: 'Age of the oldest job in the queue; 0 when it is empty.',
    collect: async (gauge) => gauge.set((await gateway.stats()).oldestAgeS ?? 0),
  });
}
