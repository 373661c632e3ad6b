export { AuditService, type AuditRecord } from './audit/audit.service.ts';
export { NotAudited, setAuditDetail } from './audit/audit-decorators.ts';
export { type Actor, CurrentActor, findActor } from './auth/actor.ts';
export { AttemptTokenService } from './auth/attempt-token.service.ts';
export { AttemptToken, Public, Roles, WorkerTokenAllowed } from './auth/decorators.ts';
export { TokenService } from './auth/token.service.ts';
export { WorkerKeys, type WorkerKey, type WorkerKeyDirectory } from './auth/worker-key-directory.ts';
export { Clock, SYSTEM_CLOCK, SystemClock } from './clock/clock.ts';
export {
  authSection,
  databaseSection,
  httpSection,
  platformSections,
  queueSection,
  targetSection,
} from './config/platform-sections.ts';
export { Database, type SqlExecutor, type TransactionOptions } from './database/database.ts';
export { toStorableJson, toStorableText } from './database/storable-text.ts';
export { NotificationBus, type NotificationHandler } from './database/notification-bus.ts';
export { AppError, type AppErrorOptions } from './errors/app-error.ts';
export { EventBus, type EventHandler, type EventName, type EventPayloads } from './events/event-bus.ts';
export { ReadinessChecks, type ReadinessCheck } from './health/readiness-checks.ts';
export { BodyLimit, RawBody } from './http/route-options.ts';
export { remoteAddressOf, routeTemplateOf } from './http/request-facts.ts';
export { SecretAnswer } from './idempotency/secret-answer.ts';
export { newId } from './ids/new-id.ts';
export { DataDirectory } from './lifecycle/data-directory-provider.ts';
export { ShutdownSignal } from './lifecycle/shutdown-signal.ts';
export { Metrics } from './metrics/metrics.ts';
export { ConfigFacts, type ConfigFactValues } from './config/config-facts.ts';
export { PublicAddress } from './http/public-address.ts';
export type { Feature } from './feature.ts';
export { ironwheelVersion } from './version.ts';
export { PluginCatalogue, PluginHost } from './plugins/plugin-host.ts';
