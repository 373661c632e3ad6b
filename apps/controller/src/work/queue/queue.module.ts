import { LoadedConfig, toQueuePlugin } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import type { QueueBackend } from '@ironwheel/plugin-kit';
import { Module } from '@nestjs/common';
import {
  Database,
  Metrics,
  NotificationBus,
  PluginHost,
  queueSection,
  ReadinessChecks,
} from '../../platform/index.ts';
import { OfferChanges } from './offer-changes.ts';
import { QueueChangesRepository } from './queue-changes.repository.ts';
import { QueueGateway } from './queue-gateway.ts';
import { QueuePeers } from './queue-peers.ts';
import { ReconcileQueue } from './reconcile-queue.ts';

@Module({
  providers: [
    QueueChangesRepository,
    OfferChanges,
    ReconcileQueue,
    QueuePeers,
    {
      provide: QueueGateway,
      inject: [
        LoadedConfig,
        PluginHost,
        Database,
        NotificationBus,
        QueueChangesRepository,
        StructuredLogger,
        Metrics,
        ReadinessChecks,
      ],
      useFactory: async (
        config: LoadedConfig,
        plugins: PluginHost,
        database: Database,
        notifications: NotificationBus,
        changes: QueueChangesRepository,
        logger: StructuredLogger,
        metrics: Metrics,
        readiness: ReadinessChecks,
      ): Promise<QueueGateway> => {
        const settings = config.get(queueSection);
        const backendId = settings.QUEUE_BACKEND;
        const { id, config: place } = toQueuePlugin(backendId, settings, 'jobs');
        const given = backendId === 'postgres' ? { sql: database } : place;
        const { instance, manifest } = await plugins.load<QueueBackend>('queue', id, given);
        const log = logger.child({ component: 'queue' });
        const gateway = new QueueGateway(
          backendId,
          instance,
          manifest.abilities,
          notifications,
          changes,
          log,
        );
        reportDepth(gateway, metrics);
        if (!gateway.can('transactional')) readiness.add('queue', () => checkBackend(instance));
        return gateway;
      },
    },
  ],
  exports: [QueueGateway],
})
export class QueueModule {}

const checkBackend = (backend: QueueBackend): Promise<string | null> =>
  backend.stats().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

function reportDepth(gateway: QueueGateway, metrics: Metrics): void {
  // A backend that is away costs its own figures and not the whole scrape.
  const read = (): Promise<{ length: number; oldestAgeS: number | null }> =>
    gateway.stats().catch(() => ({ length: Number.NaN, oldestAgeS: Number.NaN }));
  metrics.gauge({
    name: 'queue_depth',
    help: 'Jobs in the queue; NaN while the backend does not answer.',
    collect: async (gauge) => gauge.set((await read()).length),
  });
  metrics.gauge({
    name: 'queue_oldest_age_seconds',
    help: 'Age of the oldest job in the queue; 0 when it is empty.',
    collect: async (gauge) => gauge.set((await read()).oldestAgeS ?? 0),
  });
}
