export { DATABASE_CONNECTION, type DatabaseConnection } from './connection.ts';
export { Database, type SqlExecutor, type TransactionOptions } from './database.ts';
export { NotificationBus, type NotificationHandler } from './notification-bus.ts';
