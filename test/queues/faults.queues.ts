import { setTimeout as pause } from 'node:timers/promises';
import { hasRedisServer, startRedis } from '@ironwheel/testing';
import { describe, expect, it } from 'vitest';
import { prepareKafka, TestKafka } from './kafka/kafka-server.ts';
import { FaultDrill, jobsOfDrill, type DrilledBackend } from './fault-drill.ts';

const longestOutageMs = 2000;
const outage = (): Promise<void> => pause(Math.random() * longestOutageMs);

/** The record itself is killed; its host starts it again. */
const postgres = (): Promise<DrilledBackend> =>
  Promise.resolve({
    env: { QUEUE_BACKEND: 'postgres' },
    killAndRestart: (drill) => {
      process.kill(drill.postgresPid, 'SIGKILL');
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });

/** The journal is written by the controller: that is what dies. */
const file = (): Promise<DrilledBackend> =>
  Promise.resolve({
    env: { QUEUE_BACKEND: 'file' },
    killAndRestart: async ({ stage }) => {
      await stage.controller.kill();
      await outage();
      await stage.startController();
    },
    close: () => Promise.resolve(),
  });

/** It keeps nothing: each kill loses the whole queue, which comes back from Postgres. */
const redis = async (): Promise<DrilledBackend> => {
  const server = await startRedis();
  return {
    env: { QUEUE_BACKEND: 'redis', REDIS_URL: server.url },
    killAndRestart: async () => {
      await server.kill();
      await outage();
      await server.start();
    },
    close: () => server.close(),
  };
};

const kafka = async (): Promise<DrilledBackend> => {
  const server = await TestKafka.start();
  return {
    env: { QUEUE_BACKEND: 'kafka', KAFKA_BROKERS: server.brokers },
    killAndRestart: async () => {
      await server.kill();
      await outage();
      await server.start();
    },
    close: () => server.close(),
  };
};
const noKafka = prepareKafka();

describe('10,000 jobs, four workers, the backend killed five times, workers killed ten times', () => {
  const drilled: readonly (readonly [string, () => Promise<DrilledBackend>, boolean])[] = [
    ['postgres', postgres, true],
    ['file', file, true],
    ['redis (redis-server on the path)', redis, hasRedisServer()],
    [`kafka${noKafka === null ? '' : ` (${noKafka})`}`, kafka, noKafka === null],
  ];
  for (const [name, open, isHere] of drilled) {
    it.skipIf(!isHere)(`${name}: nothing is lost, and no job has two accepted results`, async () => {
      const backend = await open();
      const drill = new FaultDrill();
      try {
        const outcome = await drill.run(backend);
        process.stdout.write(`${name}: ${JSON.stringify(outcome)}\n`);
        expect(outcome).toMatchObject({
          jobs: jobsOfDrill,
          ended: jobsOfDrill,
          results: jobsOfDrill,
          doubled: 0,
          stillQueued: 0,
        });
      } finally {
        await drill.close();
        await backend.close();
      }
    });
  }
});
