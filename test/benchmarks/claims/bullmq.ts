import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Program, Round } from './program.ts';

const jobsOfACall = 5000;

/** Version of the Redis of this machine; null without one. */
export function findRedisVersion(): string | null {
  try {
    return /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** BullMQ with its default settings, but for as many at once as are asked for, on a Redis that writes nothing to disk. */
export async function openBullMq(
  directory: string,
): Promise<{ readonly programs: Program[]; close(): Promise<void> }> {
  const socket = join(directory, 'redis.sock');
  const args = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    directory,
  ];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const connect = (): Redis => new Redis({ path: socket, maxRetriesPerRequest: null });
  const connection = connect();
  connection.on('error', () => undefined);
  const queue = new Queue('build', { connection });
  await queue.waitUntilReady();
  const program: Program = {
    name: 'BullMQ',
    fill: async (waiting) => {
      await queue.clean(0, 0, 'completed');
      for (let missing = waiting - (await queue.getWaitingCount()); missing > 0; missing -= jobsOfACall) {
        await queue.addBulk(
          Array.from({ length: Math.min(missing, jobsOfACall) }, () => ({ name: 'build', data: {} })),
        );
      }
    },
    run: (inFlight, count) => runWorker(connect, inFlight, count),
  };
  const close = async (): Promise<void> => {
    await queue.close();
    connection.disconnect();
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    await ended;
  };
  return { programs: [program], close };
}

async function runWorker(connect: () => Redis, inFlight: number, count: number): Promise<Round> {
  let startedAt = 0;
  let done = 0;
  const finished = Promise.withResolvers<Round>();
  const connection = connect();
  const worker = new Worker(
    'build',
    () => {
      startedAt ||= performance.now();
      done += 1;
      if (done === count) finished.resolve({ jobs: done, ms: performance.now() - startedAt, taken: done });
      return Promise.resolve();
    },
    { connection, concurrency: inFlight, removeOnComplete: { count: 0 } },
  );
  try {
    return await finished.promise;
  } finally {
    await worker.close();
    connection.disconnect();
  }
}
