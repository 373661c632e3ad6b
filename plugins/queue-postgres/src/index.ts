import type { PluginModule, SqlExecutor } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import { PostgresQueueBackend } from './postgres-queue-backend.ts';

const isSqlExecutor = (value: unknown): value is SqlExecutor =>
  typeof value === 'object' && value !== null && typeof (value as Partial<SqlExecutor>).query === 'function';

const configSchema = z.strictObject({
  /** Statements outside of a claim's transaction. The tables are the controller's own (migration 0002). */
  sql: z.custom<SqlExecutor>(isSqlExecutor, 'expected a SQL executor'),
});

export const plugin: PluginModule<PostgresQueueBackend, typeof configSchema> = {
  manifest: {
    id: 'queue-postgres',
    kind: 'queue',
    version: '0.1.0',
    api: { min: 1, max: 1 },
    description: 'Keeps the queue in the controller’s own Postgres, inside the transaction of the claim.',
    abilities: ['transactional', 'list', 'clear'],
  },
  configSchema,
  open: (context) => Promise.resolve(new PostgresQueueBackend(context.config.sql)),
};
