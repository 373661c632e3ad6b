import { Module, type DynamicModule, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger } from '@ironwheel/logging';
import { AuditRequests } from './audit/audit-requests.ts';
import { httpSection } from './config/platform-sections.ts';
import type { Feature } from './feature.ts';
import { createFastifyOptions } from './http/fastify-options.ts';
import { installHooks } from './http/install-hooks.ts';
import { RouteTable } from './http/route-table.ts';
import { UpgradeRoutes } from './http/upgrade-routes.ts';
import type { TlsFiles } from './http/tls-files.ts';
import { IdempotentRequests } from './idempotency/idempotent-requests.ts';
import { ShutdownSignal } from './lifecycle/shutdown-signal.ts';
import { closeApp } from './lifecycle/stop-serving.ts';
import { Metrics } from './metrics/metrics.ts';
import { serveApiDocs } from './openapi/openapi.ts';
import { PlatformModule, type PlatformFoundation } from './platform.module.ts';

@Module({})
class RootModule {}

/** The Nest application with every route, initialised but not yet listening. */
export async function createApp(
  foundation: PlatformFoundation,
  features: readonly Feature[],
  tls: TlsFiles | null,
): Promise<NestFastifyApplication> {
  const root: DynamicModule = {
    module: RootModule,
    imports: [PlatformModule.create(foundation), ...features.map((feature) => feature.module)],
  };
  const adapter = new FastifyAdapter(createFastifyOptions(foundation.config.get(httpSection), tls));
  const logger = new NestLogger(foundation.logger.child({ component: 'nest' }));
  const nestOptions: Pick<NestApplicationOptions, 'logger' | 'bodyParser' | 'abortOnError'> = {
    logger,
    bodyParser: false,
    abortOnError: false,
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, nestOptions);
  try {
    const fastify = app.getHttpAdapter().getInstance();
    app.get(RouteTable).watch(fastify);
    await installHooks(fastify, {
      metrics: app.get(Metrics),
      shutdown: app.get(ShutdownSignal),
      idempotency: app.get(IdempotentRequests),
      audit: app.get(AuditRequests),
      isTls: tls !== null,
    });
    serveApiDocs(app);
    await app.init();
    app.get(UpgradeRoutes).install(app.getHttpServer());
    return app;
  } catch (error) {
    await closeApp(app);
    throw error;
  }
}
