import { queueSuite } from '@ironwheel/plugin-kit/suites';
import { startTestDatabase } from '@ironwheel/testing';
import { plugin } from './index.ts';
import { PostgresQueueBackend } from './postgres-queue-backend.ts';

queueSuite('postgres', plugin.manifest.abilities, async () => {
  const database = await startTestDatabase();
  const backend = new PostgresQueueBackend(database);
  return {
    backend,
    prepare: async (offers) => {
      for (const offer of offers) {
        await database.query(
          `INSERT INTO jobs (id, name, version, python_tag, platform_tag, generation, state, pool, priority, queued_at)
           VALUES ($1, $1, '1', $2, $3, 1, 'queued', $4, $5, to_timestamp($6 / 1000.0)) ON CONFLICT DO NOTHING`,
          [offer.jobId, offer.pythonTag, offer.platformTag, offer.pool, offer.priority, offer.enqueuedAt],
        );
      }
    },
    close: () => database.close(),
  };
});
