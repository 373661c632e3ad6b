import { LoadedConfig } from '@ironwheel/config';
import type { QueueBackend } from '@ironwheel/plugin-kit';
import { Module } from '@nestjs/common';
import { Database, Metrics, NotificationBus, PluginHost, queueSection } from '../../platform/index.ts';
import { QueueGateway } from './queue-gateway.ts';

@Module({
  providers: [
    {
      provide: QueueGateway,
      inject: [LoadedConfig, PluginHost, Database, NotificationBus, Metrics],
      useFactory: async (
        config: LoadedConfig,
        plugins: PluginHost,
        database: Database,
        notifications: NotificationBus,
        metrics: Metrics,
      ): Promise<QueueGateway> => {
        const id = config.get(queueSection).QUEUE_BACKEND;
        const backend = await plugins.open<QueueBackend>('queue', `queue-${id}`, { sql: database });
        const gateway = new QueueGateway(id, backend, notifications);
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
