import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TerminusModule } from '@nestjs/terminus';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { AuditController } from './audit/audit.controller.ts';
import { AuditRequests } from './audit/audit-requests.ts';
import { AuditRepository } from './audit/audit.repository.ts';
import { AuditService } from './audit/audit.service.ts';
import { AccessGuard } from './auth/access.guard.ts';
import { AttemptTokenService } from './auth/attempt-token.service.ts';
import { Authenticator } from './auth/authenticator.ts';
import { BootstrapSecret } from './auth/bootstrap-secret.ts';
import { CredentialWatch } from './auth/credential-watch.ts';
import { OriginCheck } from './auth/origin-check.ts';
import { SessionCookies } from './auth/session-cookies.ts';
import { SessionDoor } from './auth/session-door.ts';
import { SessionController } from './auth/session.controller.ts';
import { Sessions } from './auth/sessions.ts';
import { SignInLimiter } from './auth/sign-in-limiter.ts';
import { TokenService } from './auth/token.service.ts';
import { TokensController } from './auth/tokens.controller.ts';
import { MisplacedTokens } from './auth/misplaced-tokens.ts';
import { TokensRepository } from './auth/tokens.repository.ts';
import { SignedAssertions } from './auth/signed-assertions.ts';
import { SigningKeys } from './auth/signing-keys.ts';
import { Clock } from './clock/clock.ts';
import { ConfigFacts } from './config/config-facts.ts';
import { ConfigViewService } from './config/config-view.service.ts';
import { ConfigController } from './config/config.controller.ts';
import { databaseSection } from './config/platform-sections.ts';
import type { DatabaseConnection } from './database/connection.ts';
import { DatabaseModule } from './database/database.module.ts';
import { ErrorFilter } from './errors/error-filter.ts';
import { SchemaPipe } from './errors/schema-pipe.ts';
import { EventBus } from './events/event-bus.ts';
import { HealthController } from './health/health.controller.ts';
import { ReadinessChecks } from './health/readiness-checks.ts';
import { ReadinessService } from './health/readiness.service.ts';
import { PublicAddress } from './http/public-address.ts';
import { RouteTable } from './http/route-table.ts';
import { UpgradeRoutes } from './http/upgrade-routes.ts';
import { IdempotentRequests } from './idempotency/idempotent-requests.ts';
import { IdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { DataDirectory } from './lifecycle/data-directory-provider.ts';
import { ShutdownSignal } from './lifecycle/shutdown-signal.ts';
import { Metrics } from './metrics/metrics.ts';
import { MetricsController } from './metrics/metrics.controller.ts';

/** What is made before Nest starts. */
export interface PlatformFoundation {
  readonly config: LoadedConfig;
  readonly logger: StructuredLogger;
  readonly clock: Clock;
  readonly connection: DatabaseConnection;
  readonly dataDirectory: string;
  readonly bootstrapToken: string;
}

const auth = [
  AttemptTokenService,
  Authenticator,
  CredentialWatch,
  OriginCheck,
  SessionCookies,
  SessionDoor,
  Sessions,
  SignInLimiter,
  TokenService,
  TokensRepository,
  MisplacedTokens,
  SignedAssertions,
  SigningKeys,
];

const gates = [
  // In this order: who may go on has its key looked at, and an answer that was given before is not audited again.
  { provide: APP_GUARD, useClass: AccessGuard },
  IdempotentRequests,
  { provide: APP_GUARD, useExisting: IdempotentRequests },
  AuditRequests,
  { provide: APP_GUARD, useExisting: AuditRequests },
  { provide: APP_PIPE, useClass: SchemaPipe },
  { provide: APP_FILTER, useClass: ErrorFilter },
];

/** Everything that knows no feature. Global: features inject its services by type. */
@Global()
@Module({})
export class PlatformModule {
  static create(foundation: PlatformFoundation): DynamicModule {
    const values = [
      { provide: LoadedConfig, useValue: foundation.config },
      { provide: StructuredLogger, useValue: foundation.logger },
      { provide: Clock, useValue: foundation.clock },
      { provide: DataDirectory, useValue: new DataDirectory(foundation.dataDirectory) },
      { provide: BootstrapSecret, useValue: new BootstrapSecret(foundation.bootstrapToken) },
    ];
    const services = [
      AuditService,
      ConfigFacts,
      EventBus,
      Metrics,
      PublicAddress,
      ReadinessChecks,
      RouteTable,
      ShutdownSignal,
      UpgradeRoutes,
    ];
    const { DATABASE_STATEMENT_TIMEOUT_MS: timeoutMs } = foundation.config.get(databaseSection);
    return {
      module: PlatformModule,
      imports: [
        ScheduleModule.forRoot(),
        TerminusModule.forRoot({ logger: false }),
        DatabaseModule.forConnection(foundation.connection, timeoutMs),
      ],
      controllers: [
        AuditController,
        ConfigController,
        HealthController,
        MetricsController,
        SessionController,
        TokensController,
      ],
      providers: [
        ...values,
        ...services,
        ...auth,
        ...gates,
        AuditRepository,
        ConfigViewService,
        IdempotencyRepository,
        ReadinessService,
      ],
      exports: [...values.map((value) => value.provide), ...services, ...auth, IdempotencyRepository],
    };
  }
}
