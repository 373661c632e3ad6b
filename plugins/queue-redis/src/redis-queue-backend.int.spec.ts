import { randomUUID } from 'node:crypto';
import { queueSuite } from '@ironwheel/plugin-kit/suites';
import { QueueUnavailableError } from '@ironwheel/plugin-kit';
import { hasRedisServer, startRedis, type TestRedis } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plugin } from './index.ts';
import type { RedisQueueBackend } from './redis-queue-backend.ts';

const lane = { pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' };

describe.skipIf(!hasRedisServer())('a real Redis (redis-server on the path)', () => {
  let redis: TestRedis;
  const open = (key: string = randomUUID()): Promise<RedisQueueBackend> =>
    plugin.open({
      config: { url: redis.url, key },
      logger: { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory: '/nonexistent',
      signal: new AbortController().signal,
    });
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  queueSuite('redis', plugin.manifest.abilities, async () => {
    const backend = await open();
    return { backend, prepare: () => Promise.resolve(), close: () => backend.close() };
  });

  it('is shared by several processes: each sees what the other does', async () => {
    const [one, other] = await Promise.all([open('shared'), open('shared')]);
    await one.offer([{ ...lane, jobId: 'a', priority: 0, enqueuedAt: 1 }]);
    const taken = await other.take([lane], 5, 60_000);
    expect(taken.map(({ jobId }) => jobId)).toEqual(['a']);
    expect(await one.take([lane], 5, 60_000)).toEqual([]);
    await one.giveBack(taken);
    expect(await other.take([lane], 5, 60_000)).toHaveLength(1);
    await Promise.all([one.close(), other.close()]);
  });

  it('says at once that a Redis is away, and goes on by itself when it is back', async () => {
    const backend = await open();
    await redis.kill();
    await expect(backend.stats()).rejects.toThrow(QueueUnavailableError);
    await redis.start();
    await vi.waitFor(() => backend.offer([{ ...lane, jobId: 'b', priority: 0, enqueuedAt: 1 }]), {
      timeout: 20_000,
    });
    expect((await backend.take([lane], 1, 60_000)).map(({ jobId }) => jobId)).toEqual(['b']);
    await backend.close();
  });
});
