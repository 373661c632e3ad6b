export { AuditService } from './audit/audit.service.ts';
export { NotAudited, setAuditDetail } from './audit/audit-decorators.ts';
export { type Actor, CurrentActor } from './auth/actor.ts';
export { AttemptTokenService } from './auth/attempt-token.service.ts';
export { AttemptToken, Public, Roles, WorkerTokenAllowed } from './auth/decorators.ts';
export { MisplacedTokens, type MisplacedToken } from './auth/misplaced-tokens.ts';
export { Authenticator } from './auth/authenticator.ts';
export { CredentialWatch } from './auth/credential-watch.ts';
export { TokenService } from './auth/token.service.ts';
export { SignedAssertions } from './auth/signed-assertions.ts';
export { SigningKeys, type SigningKey, type SigningKeyDirectory } from './auth/signing-keys.ts';
export { Clock } from './clock/clock.ts';
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
export {
  andCommit,
  needAlone,
  shareTransaction,
  sideBySide,
  together,
} from './database/shared-transaction.ts';
export { GatheredTransactions } from './database/gathered-transactions.ts';
export { toTextArray } from './database/text-array.ts';
export { NotificationBus, type NotificationHandler } from './database/notification-bus.ts';
export { AppError } from './errors/app-error.ts';
export { EventBus, type EventHandler, type EventName, type EventPayloads } from './events/event-bus.ts';
export { Gatherer } from './gathering/gatherer.ts';
export { ReadinessChecks, type ReadinessCheck } from './health/readiness-checks.ts';
export { BodyLimit, RawBody } from './http/route-options.ts';
export { watchReader } from './http/watch-reader.ts';
export { UpgradeRoutes, type UpgradeRequest } from './http/upgrade-routes.ts';
export { refuseUpgrade } from './http/refuse-upgrade.ts';
export { SecretAnswer } from './idempotency/secret-answer.ts';
export { newId } from './ids/new-id.ts';
export { DataDirectory } from './lifecycle/data-directory-provider.ts';
export { collectGarbage } from './lifecycle/collect-garbage.ts';
export { ShutdownSignal } from './lifecycle/shutdown-signal.ts';
export { Metrics } from './metrics/metrics.ts';
export { ConfigFacts } from './config/config-facts.ts';
export { PublicAddress } from './http/public-address.ts';
export type { Feature } from './feature.ts';
export { PluginCatalogue, PluginHost } from './plugins/plugin-host.ts';
export { ironwheelVersion } from './version.ts';
