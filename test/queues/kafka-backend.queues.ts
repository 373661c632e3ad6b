import { randomUUID } from 'node:crypto';
import { queueSuite } from '@ironwheel/plugin-kit/suites';
import { plugin } from '@ironwheel/plugin-queue-kafka';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareKafka, TestKafka } from './kafka/kafka-server.ts';

const lane = { pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' };
const reason = prepareKafka();

describe.skipIf(reason !== null)(`a real Kafka${reason === null ? '' : ` (${reason})`}`, () => {
  let kafka: TestKafka;
  const open = (topic: string = randomUUID(), partitions = 2): ReturnType<typeof plugin.open> =>
    plugin.open({
      config: { brokers: [kafka.brokers], topic, partitions },
      logger: { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      workDirectory: '/nonexistent',
      signal: new AbortController().signal,
    });
  const offersOf = (count: number): { jobId: string; priority: number; enqueuedAt: number }[] =>
    Array.from({ length: count }, (_, index) => ({ jobId: `job-${index}`, priority: 0, enqueuedAt: index }));
  beforeAll(async () => {
    kafka = await TestKafka.start();
  });
  afterAll(() => kafka.close());

  queueSuite('kafka', plugin.manifest.abilities, async () => {
    const backend = await open();
    return { backend, prepare: () => Promise.resolve(), close: () => backend.close() };
  });

  it('commits behind finished work only: what was not finished comes again, what ended out of order does not', async () => {
    const topic = randomUUID();
    const first = await open(topic, 1);
    await first.offer(offersOf(6).map((offer) => ({ ...lane, ...offer })));
    const taken = await first.take([lane], 6, 600_000);
    expect(taken).toHaveLength(6);
    // 0 and 1 are done, and 3 before 2: the log can be committed up to 2 only.
    await first.acknowledge([taken[3]!, taken[1]!]);
    await first.acknowledge([taken[0]!]);
    await first.close();
    const second = await open(topic, 1);
    const again = await second.take([lane], 9, 600_000);
    expect(again.map(({ jobId }) => jobId)).toEqual(['job-2', 'job-3', 'job-4', 'job-5']);
    await second.close();
  });

  it('divides a lane among the members of its group, and none gets what another has', async () => {
    const topic = randomUUID();
    const one = await open(topic, 4);
    const backends = [one, await open(topic, 4)];
    await one.offer(offersOf(200).map((offer) => ({ ...lane, ...offer })));
    const seen: string[] = [];
    await vi.waitFor(
      async () => {
        for (const backend of backends) {
          const taken = await backend.take([lane], 10, 600_000);
          seen.push(...taken.map(({ jobId }) => jobId));
          await backend.acknowledge(taken);
        }
        expect(new Set(seen).size).toBe(200);
      },
      { timeout: 60_000 },
    );
    await Promise.all(backends.map((backend) => backend.close()));
  });
});
