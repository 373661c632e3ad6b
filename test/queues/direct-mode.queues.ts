import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTestDirectory,
  hasRedisServer,
  removeTestDirectory,
  startRedis,
  type TestRedis,
} from '@ironwheel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DrillProcess, until } from '../drills/drill-process.ts';
import { repositoryRoot } from '../guards/repository-files.ts';
import { prepareKafka, TestKafka } from './kafka/kafka-server.ts';

const program = join(repositoryRoot, 'dist', 'agent', 'main.mjs');
const noKafka = prepareKafka();

let directory: string;
let started: DrillProcess[];
beforeEach(() => {
  directory = createTestDirectory('direct');
  started = [];
});
afterEach(async () => {
  for (const process of started) await process.kill();
  removeTestDirectory(directory);
});

const run = (
  name: string,
  args: readonly string[],
  queue: Readonly<Record<string, string>>,
): DrillProcess => {
  const child = new DrillProcess(name, [program, ...args], {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    IRONWHEEL_STATE_DIR: join(directory, name),
    OUTPUT_DIR: join(directory, 'output'),
    PYTHON_VERSION: '3.12',
    PLATFORM_TAG: 'linux_x86_64',
    RUNNER: 'stub',
    WORKER_MIN_FREE_DISK_BYTES: '0',
    ...queue,
  });
  started.push(child);
  return child;
};

const namesBuilt = (): string[] => {
  const text = readFileSync(join(directory, 'output', 'manifest.json'), 'utf8');
  const { entries } = JSON.parse(text) as { entries: { name: string; status: string }[] };
  return entries.filter(({ status }) => status === 'succeeded').map(({ name }) => name);
};

/** The built program fills the queue, and a worker without a controller drains it. */
async function drainOnce(queue: Readonly<Record<string, string>>): Promise<void> {
  const filling = run('filler', ['enqueue', 'one==1.0', 'two==2.0', 'three==3.0'], queue);
  expect(await filling.ended, filling.lines.join('\n')).toEqual({ code: 0, signal: null });
  const worker = run('worker', ['worker', '--json'], { ...queue, WORKER_AUTORUN_INTERVAL: '1' });
  const tell = (): string => worker.lines.join('\n');
  await until('a drain', () => worker.says('A drain of the queue has ended.'), tell);
  await until('three wheels', () => namesBuilt().length === 3, tell);
  expect(namesBuilt().toSorted()).toEqual(['one', 'three', 'two']);
  worker.signal('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, signal: null });
}

describe('the built worker drains a queue without a controller', () => {
  it.skipIf(!hasRedisServer())('in Redis (redis-server on the path)', async () => {
    const redis: TestRedis = await startRedis();
    try {
      await drainOnce({ QUEUE_BACKEND: 'redis', REDIS_ADDR: redis.url.replace('redis://', '') });
    } finally {
      await redis.close();
    }
  });

  it.skipIf(noKafka !== null)(`in Kafka${noKafka === null ? '' : ` (${noKafka})`}`, async () => {
    const kafka = await TestKafka.start();
    try {
      await drainOnce({ QUEUE_BACKEND: 'kafka', KAFKA_BROKERS: kafka.brokers });
    } finally {
      await kafka.close();
    }
  });
});
